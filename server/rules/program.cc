#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/rules/checker.h"
#include "server/rules/demands.h"
#include "server/rules/evaluator.h"
#include "server/rules/lexer.h"
#include "server/rules/parser.h"
#include "server/rules/printer.h"
#include "server/rules/resolver.h"
#include "server/rules/rules.h"

namespace patron::rules {
namespace {

absl::Status CheckSize(absl::string_view what, size_t bytes) {
  if (bytes <= kMaxRuleBytes) return absl::OkStatus();
  return ErrorAt(Position(),
                 absl::StrCat(what, " has ", bytes, " bytes, at most ",
                              kMaxRuleBytes, " are allowed"));
}

absl::Status CheckInput(absl::string_view text) {
  PATRON_RETURN_IF_ERROR(CheckSize("the rule", text.size()));
  if (IsValidUtf8(text)) return absl::OkStatus();
  return ErrorAt(Position(), "the rule is not well-formed UTF-8");
}

std::vector<std::string> ClauseTexts(const Expr& rule) {
  if (rule.kind != ExprKind::kAnd) return {Print(rule)};
  std::vector<std::string> texts;
  for (const Expr& clause : rule.children) texts.push_back(Print(clause));
  return texts;
}

}  // namespace

Program::Program() = default;
Program::~Program() = default;
Program::Program(const Program&) = default;
Program& Program::operator=(const Program&) = default;
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;

bool Program::empty() const { return code_ == nullptr; }

bool Program::Holds(const Subject& subject) const {
  return empty() || rules::Holds(*code_, 0, subject);
}

std::vector<Clause> Program::Explain(const Subject& subject) const {
  if (empty()) return {};
  std::vector<Clause> clauses;
  for (const size_t node : Clauses(*code_))
    clauses.push_back({code_->clause_texts[clauses.size()],
                       rules::Holds(*code_, node, subject)});
  return clauses;
}

bool Program::ReadsRows() const {
  return !empty() && std::any_of(code_->nodes.begin(), code_->nodes.end(),
                                 [](const Node& node) {
                                   return node.op == Op::kAggregate;
                                 });
}

bool Program::Reads(int field) const {
  return !empty() && std::any_of(code_->nodes.begin(), code_->nodes.end(),
                                 [field](const Node& node) {
                                   return node.op == Op::kField &&
                                          node.field == field;
                                 });
}

std::string Program::ToString() const { return empty() ? "" : code_->text; }

std::optional<std::vector<std::string>> Program::Demands(int field) const {
  if (empty()) return std::nullopt;
  return Demanded(*code_, field);
}

absl::StatusOr<Program> Compile(absl::string_view text, const Schema& schema) {
  PATRON_RETURN_IF_ERROR(CheckInput(text));
  PATRON_ASSIGN_OR_RETURN(const std::vector<Token> tokens, Tokens(text));
  if (tokens.front().kind == TokenKind::kEnd) return Program();
  PATRON_ASSIGN_OR_RETURN(Expr rule, Parse(tokens));
  Resolve(rule, schema);
  auto code = std::make_shared<Code>();
  PATRON_ASSIGN_OR_RETURN(code->nodes, Check(rule, schema));
  code->text = Print(rule);
  // What is printed must parse again.
  PATRON_RETURN_IF_ERROR(
      CheckSize("the rule with its spaces", code->text.size()));
  code->clause_texts = ClauseTexts(rule);
  Program program;
  program.code_ = std::move(code);
  return program;
}

}  // namespace patron::rules
