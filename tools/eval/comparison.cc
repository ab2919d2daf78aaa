#include "tools/eval/comparison.h"

#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/patron/text_file.h"

namespace patron::eval {
namespace {

using Json = nlohmann::ordered_json;

// One measure of a method, by customer.
using ByCustomer = std::map<std::string, double>;

absl::Status Broken(const ComparedRun& run, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(run.file, ": ", what));
}

// A file of per-customer figures, and one of its methods.
class RunFile {
 public:
  static absl::StatusOr<RunFile> Read(const ComparedRun& run) {
    PATRON_ASSIGN_OR_RETURN(const std::string text,
                            cli::ReadTextFile(run.file));
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded() || !json.is_object())
      return Broken(run, "is not what --per-customer writes");
    RunFile file(run, std::move(json));
    PATRON_RETURN_IF_ERROR(file.FindMethod());
    return file;
  }

  // "" where it has none.
  std::string Text(const char* field) const {
    const auto at = json_.find(field);
    if (at == json_.end()) return "";
    return at->is_string() ? at->get<std::string>() : at->dump();
  }

  // Without customers who buy nothing new, where it is about what is new.
  absl::StatusOr<ByCustomer> Values(const std::string& measure,
                                    bool fresh) const {
    const Json& ids = json_["customers"];
    const Json* values = &method_;
    if (fresh) values = method_.contains("new") ? &method_["new"] : nullptr;
    if (values == nullptr || !values->contains(measure))
      return Broken(run_, absl::StrCat("has no ", measure));
    values = &(*values)[measure];
    if (!values->is_array() || values->size() != ids.size())
      return Broken(run_,
                    absl::StrCat(measure, ": ", values->size(), " values of ",
                                 ids.size(), " customers"));
    ByCustomer result;
    for (size_t i = 0; i < ids.size(); ++i) {
      if (!ids[i].is_string() || !(*values)[i].is_number())
        return Broken(run_, absl::StrCat(measure, ": no number of ",
                                         Quoted(ids[i].dump())));
      if (!fresh || json_["has_new"][i] == true)
        result[ids[i].get<std::string>()] = (*values)[i].get<double>();
    }
    return result;
  }

 private:
  RunFile(ComparedRun run, Json json)
      : run_(std::move(run)), json_(std::move(json)) {}

  absl::Status FindMethod() {
    for (const char* list : {"customers", "has_new", "methods"})
      if (!json_.contains(list) || !json_[list].is_array())
        return Broken(run_, absl::StrCat("has no list of ", list));
    if (json_["has_new"].size() != json_["customers"].size())
      return Broken(run_,
                    absl::StrCat("has_new: ", json_["has_new"].size(), " of ",
                                 json_["customers"].size(), " customers"));
    std::string names;
    for (const Json& method : json_["methods"]) {
      if (!method.is_object() || !method.contains("name")) continue;
      if (method["name"] == run_.method) {
        method_ = method;
        return absl::OkStatus();
      }
      absl::StrAppend(&names, names.empty() ? "" : ", ", method["name"].dump());
    }
    return Broken(run_, absl::StrCat("has no method ", Quoted(run_.method),
                                     ", but ", names));
  }

  ComparedRun run_;
  Json json_;
  Json method_;
};

absl::Status CheckSameTask(const RunFile& first, const RunFile& second) {
  for (const char* field : {"task", "cut", "days"})
    if (first.Text(field) != second.Text(field))
      return absl::InvalidArgumentError(
          absl::StrCat(field, ": ", Quoted(first.Text(field)), " and ",
                       Quoted(second.Text(field)), " are not comparable"));
  return absl::OkStatus();
}

// Values of the same customers; every customer of one stands in the other.
absl::Status Match(const ByCustomer& first, const ByCustomer& second,
                   std::vector<double>& a, std::vector<double>& b) {
  for (const auto& [customer, value] : first) {
    const auto at = second.find(customer);
    if (at == second.end())
      return absl::InvalidArgumentError(
          absl::StrCat("customer ", Quoted(customer),
                       " stands in the first run, not in the second"));
    a.push_back(value);
    b.push_back(at->second);
  }
  if (second.size() != first.size())
    return absl::InvalidArgumentError(
        absl::StrCat("customers: ", first.size(), " in the first run, ",
                     second.size(), " in the second"));
  return absl::OkStatus();
}

std::string Sentence(const Comparison& comparison, const std::string& measure,
                     const PairedResult& result) {
  const auto better = [&](const ComparedRun& run, const char* which) {
    return absl::StrCat("the ", which, " run (", run.method, " of ", run.file,
                        ") is better in ", measure);
  };
  if (result.verdict == Verdict::kFirst)
    return better(comparison.first, "first");
  if (result.verdict == Verdict::kSecond)
    return better(comparison.second, "second");
  return absl::StrCat("cannot tell which is better in ", measure);
}

const char* NameOf(Verdict verdict) {
  if (verdict == Verdict::kFirst) return "first";
  return verdict == Verdict::kSecond ? "second" : "cannot tell";
}

}  // namespace

absl::StatusOr<Comparison> Compare(const ComparedRun& first,
                                   const ComparedRun& second,
                                   const PairedOptions& options) {
  PATRON_ASSIGN_OR_RETURN(const RunFile a, RunFile::Read(first));
  PATRON_ASSIGN_OR_RETURN(const RunFile b, RunFile::Read(second));
  PATRON_RETURN_IF_ERROR(CheckSameTask(a, b));
  Comparison comparison{first, second, {}};
  for (const bool fresh : {false, true})
    for (const char* measure : {"recall@10", "ndcg@10"}) {
      PATRON_ASSIGN_OR_RETURN(const ByCustomer of_a, a.Values(measure, fresh));
      PATRON_ASSIGN_OR_RETURN(const ByCustomer of_b, b.Values(measure, fresh));
      std::vector<double> values_a, values_b;
      PATRON_RETURN_IF_ERROR(Match(of_a, of_b, values_a, values_b));
      if (fresh && values_a.size() < 2) continue;  // nobody buys what is new
      PATRON_ASSIGN_OR_RETURN(const PairedResult result,
                              ComparePaired(values_a, values_b, options));
      comparison.measures.emplace_back(
          absl::StrCat(fresh ? "new " : "", measure), result);
    }
  return comparison;
}

std::string ToJson(const Comparison& comparison) {
  Json json;
  json["task"] = "compare";
  json["first"] = {{"file", comparison.first.file},
                   {"method", comparison.first.method}};
  json["second"] = {{"file", comparison.second.file},
                    {"method", comparison.second.method}};
  json["measures"] = Json::array();
  for (const auto& [measure, result] : comparison.measures)
    json["measures"].push_back({{"name", measure},
                                {"customers", result.pairs},
                                {"first", result.first},
                                {"second", result.second},
                                {"difference", result.difference},
                                {"low", result.low},
                                {"high", result.high},
                                {"p", result.p},
                                {"better", NameOf(result.verdict)}});
  return json.dump();
}

std::string ToTable(const Comparison& comparison) {
  std::string out = absl::StrFormat(
      "first:  %s of %s\nsecond: %s of %s\n%-16s%10s%10s%10s%11s%22s%9s\n",
      comparison.first.method, comparison.first.file, comparison.second.method,
      comparison.second.file, "measure", "customers", "first", "second",
      "difference", "95 % interval", "p");
  for (const auto& [measure, r] : comparison.measures)
    absl::StrAppendFormat(
        &out, "%-16s%10d%10.4f%10.4f%11.4f%11.4f%11.4f%9.4f\n", measure,
        r.pairs, r.first, r.second, r.difference, r.low, r.high, r.p);
  for (const auto& [measure, result] : comparison.measures)
    absl::StrAppend(&out, Sentence(comparison, measure, result), "\n");
  return out;
}

}  // namespace patron::eval
