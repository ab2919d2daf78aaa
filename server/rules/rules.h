// The one rule language of Patron: who may have an offer, what an offer covers,
// who is in a segment. Text → syntax tree → checked against a schema → program.
//
//   purchases >= 3 and tier["club"] in ("gold", "platinum")
//   category has "coffee" and not (brand = "Acme")
//   sum(lines.amount where lines.category has "coffee", last 90 days) >= 5000
//   count(events where events.kind = "view", last 7 days) > 2
//   recency < 30d and spend(365d) >= 500 EUR
//       and bought(category = "pets", 90d) >= 2 and consent(email)
//
//   PATRON_ASSIGN_OR_RETURN(const Program program, Compile(text, schema));
//   if (program.Holds(subject)) …
//
// A number is a 64-bit integer (amounts in minor units, days as whole days, a
// date as days since 1970-01-01), whatever literal it was written with; a text
// compares by bytes; a set of texts knows `has`. A comparison with something
// that is not known of the subject is false, whichever way it asks;
// `known(field)` tells. `last N days` are today and the N - 1 days before.
// parser.h has the whole grammar. `and` and `or` stop at the first part that
// decides. Nothing here asks a clock: the subject knows today. Integer
// arithmetic that would overflow keeps to the nearest end. Ownership: a Program
// is a value and keeps no reference to text or schema. Threads: const methods
// from any. Errors: kInvalidArgument naming line, column, what was found and
// what was expected.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace patron::rules {

enum class Type { kTruth, kNumber, kText, kTexts };

// What a number counts: literals such as 30d, 2026-05-01 and 500 EUR must fit;
// they meet no field of kNone, a plain number meets every field.
// Of a keyed field of money the key is the currency; of another the currency is
// the row's or the product's own.
enum class Unit { kNone, kDays, kDate, kMoney };

// Something a rule may name. `id` is the subject's own number for it.
struct Field {
  std::string name;  // "purchases", "tier"
  Type type = Type::kNumber;
  int id = 0;
  bool keyed = false;  // written tier["club"]: the key is part of the question
  std::string help = {};  // one line for people: unit and meaning
  Unit unit = Unit::kNone;
  bool key_optional = false;  // of a keyed one: tier, which asks with key ""
  std::vector<std::string> aliases = {};  // other names; printed as `name`
  // What a key may be: one of `keys`, or a whole number of 1 to `most_key`; any
  // text where neither is said (of money, the letters of a currency).
  std::vector<std::string> keys = {};
  int most_key = 0;
};

// Rows that a rule may count and add up: "lines", "events". A row's fields are
// written lines.amount. At least one row field may be the day that windows
// look at: `day_field` is its id; an id that no number field has: rows without
// a day, of which no window can be asked.
struct Source {
  std::string name;
  int id = 0;
  std::vector<Field> fields;
  int day_field = 0;
  int currency_field = -1;  // the id of the text with the amounts' currency
};

struct Schema {
  std::string subject;  // "customer", "product": for messages
  std::vector<Field> fields;
  std::vector<Source> sources;
};

// Monostate: not known. Texts are borrowed from the subject for the length of
// the call.
using Value = std::variant<std::monostate, bool, int64_t, absl::string_view,
                           absl::Span<const std::string>>;

class Row {
 public:
  virtual ~Row() = default;
  virtual Value Get(int field, absl::string_view key) const = 0;
};

// What a rule is asked about.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual Value Get(int field, absl::string_view key) const = 0;
  // Today, as days since 1970-01-01.
  virtual int64_t Today() const = 0;
  // Calls `visit` with every row of `source` whose day is `first_day` or later;
  // false from `visit` stops.
  virtual void ForEach(int source, int64_t first_day,
                       absl::FunctionRef<bool(const Row&)> visit) const = 0;
};

struct Code;  // what a rule compiles to; code.h

// One part of the outermost `and` (or the whole rule), and whether it held.
struct Clause {
  std::string text;
  bool holds = false;
};

class Program {
 public:
  Program();  // of the empty rule: holds for everybody
  ~Program();
  Program(const Program&);
  Program& operator=(const Program&);
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;

  bool Holds(const Subject& subject) const;
  // Every clause, also those behind the one that decided.
  std::vector<Clause> Explain(const Subject& subject) const;

  bool empty() const;           // no rule was written
  bool ReadsRows() const;       // needs ForEach: costs the length of a history
  bool Reads(int field) const;  // names this field of the subject
  // The rule in one normal form, without short forms: equal rules print
  // equally, and what is printed compiles to the same program.
  std::string ToString() const;
  // For those who answer it in another way than Holds; null: the empty rule.
  // Lives as long as a copy of this program does.
  const Code* code() const { return code_.get(); }
  // For an index over many rules: the texts of `field` of which at least one
  // must match for the rule to hold, sorted; nullopt where that cannot be told,
  // and for keyed fields. None: it never holds.
  std::optional<std::vector<std::string>> Demands(int field) const;

 private:
  std::shared_ptr<const Code> code_;  // none: the empty rule
  friend absl::StatusOr<Program> Compile(absl::string_view text,
                                         const Schema& schema);
};

// "" compiles to the rule that always holds. At most 16 KiB, as written and in
// normal form, and 64 levels deep.
absl::StatusOr<Program> Compile(absl::string_view text, const Schema& schema);

}  // namespace patron::rules
