#include "tools/bench/report.h"

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/patron/table.h"
#include "tools/patron/values.h"

namespace patron::bench {
namespace {

double Rounded(double value, int decimals) {
  const double scale = std::pow(10, decimals);
  return std::round(value * scale) / scale;
}

double Us(absl::Duration duration) {
  return Rounded(absl::ToDoubleMicroseconds(duration), 1);
}

std::string Number(double value) {
  return std::abs(value) >= 1000 ? absl::StrFormat("%.0f", value)
                                 : absl::StrFormat("%.1f", value);
}

std::string UsText(const std::optional<absl::Duration>& duration) {
  return duration ? Number(absl::ToDoubleMicroseconds(*duration)) : "";
}

}  // namespace

void Figure::SetLatencies(const Latencies& latencies) {
  p50 = latencies.Percentile(0.50);
  p99 = latencies.Percentile(0.99);
}

std::string ToJson(const Figure& figure) {
  nlohmann::ordered_json json;
  json["bench"] = figure.bench;
  json["setting"] = figure.setting;
  json["value"] = Rounded(figure.value, 1);
  json["unit"] = figure.unit;
  if (figure.p50) json["p50_us"] = Us(*figure.p50);
  if (figure.p99) json["p99_us"] = Us(*figure.p99);
  json["floor"] = figure.floor;
  json["floor_value"] = Rounded(figure.floor_value, 1);
  json["ratio"] = Rounded(figure.ratio(), 3);
  return json.dump();
}

void Report::Add(const Figure& figure) {
  figures_.push_back(figure);
  if (json_) out_ << ToJson(figure) << std::endl;
}

void Report::Finish() const {
  if (json_ || figures_.empty()) return;
  cli::Table table({{"bench"},
                    {"setting"},
                    {"value", true},
                    {"unit"},
                    {"p50 µs", true},
                    {"p99 µs", true},
                    {"floor"},
                    {"its value", true},
                    {"ratio", true}});
  for (const Figure& figure : figures_)
    table.AddRow({figure.bench, figure.setting, Number(figure.value),
                  figure.unit, UsText(figure.p50), UsText(figure.p99),
                  figure.floor, Number(figure.floor_value),
                  absl::StrFormat("%.2f", figure.ratio())});
  constexpr int kWidth = 160;
  table.Print(out_, kWidth);
}

}  // namespace patron::bench
