// patron-eval: how well Patron foretells what is bought and which offers are
// used.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "server/base/clock.h"
#include "server/base/random.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/eval/baselines.h"
#include "tools/eval/comparison.h"
#include "tools/eval/coupons.h"
#include "tools/eval/csv_columns.h"
#include "tools/eval/days_report.h"
#include "tools/eval/help.h"
#include "tools/eval/journey.h"
#include "tools/eval/next_days.h"
#include "tools/eval/pipeline.h"
#include "tools/eval/placement_report.h"
#include "tools/eval/planted.h"
#include "tools/eval/replay.h"
#include "tools/eval/report.h"
#include "tools/eval/shop.h"
#include "tools/eval/shop_log.h"
#include "tools/eval/weights.h"
#include "tools/patron/text_file.h"

namespace patron::eval {
namespace {

struct Arguments {
  std::string task;
  std::string data;
  PlantedOptions planted;
  NextBasketFiles files;
  JourneyFiles journey;
  std::string checkpoint;
  std::string cut;
  int days = 7;
  int windows = 8;
  bool baselines = false;
  std::string per_customer;
  std::vector<ComparedRun> runs;
  std::string method = "patron";
  std::string against = "patron";
  std::vector<int> ks = {10, 20};
  std::string role;
  int rounds = 3;
  bool json = false;
  ShopOptions shop;
};

absl::Status ParseKs(absl::string_view text, std::vector<int>& ks) {
  ks.clear();
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    int k = 0;
    if (!absl::SimpleAtoi(part, &k) || k < 1 || k > recommend::kMaxItems)
      return absl::InvalidArgumentError(absl::StrCat(
          "--k: ", Quoted(part), " is not 1 to ", recommend::kMaxItems));
    ks.push_back(k);
  }
  return absl::OkStatus();
}

// Flags whose value is taken as it stands.
bool SetText(const std::string& flag, const std::string& value,
             Arguments& out) {
  const std::pair<const char*, std::string*> texts[] = {
      {"--history", &out.files.history},
      {"--next", &out.files.next},
      {"--split", &out.files.split},
      {"--data", &out.data},
      {"--role", &out.role},
      {"--transactions", &out.journey.transactions},
      {"--products", &out.journey.products},
      {"--checkpoint", &out.checkpoint},
      {"--cut", &out.cut},
      {"--per-customer", &out.per_customer},
      {"--method", &out.method},
      {"--against", &out.against}};
  for (const auto& [name, text] : texts)
    if (flag == name) {
      *text = value;
      return true;
    }
  return false;
}

// Flags whose value is a whole number of a range.
bool SetNumber(const std::string& flag, const std::string& value,
               Arguments& out) {
  struct Number {
    const char* name;
    int* number;
    int lowest;
    int highest;
  };
  const Number numbers[] = {
      {"--customers", &out.planted.customers, 100, 10'000'000},
      {"--rounds", &out.rounds, 0, 1000},
      {"--days", &out.days, 1, 365},
      {"--windows", &out.windows, 1, 52},
      {"--depth", &out.shop.ranker.depth, 1, 8},
      {"--folds", &out.shop.folds, 2, 20}};
  for (const Number& number : numbers) {
    int parsed = 0;
    if (flag != number.name || !absl::SimpleAtoi(value, &parsed) ||
        parsed < number.lowest || parsed > number.highest)
      continue;
    *number.number = parsed;
    return true;
  }
  return false;
}

absl::Status ParseTrees(absl::string_view text, std::vector<int>& trees) {
  trees.clear();
  for (const absl::string_view part : absl::StrSplit(text, ','))
    if (!absl::SimpleAtoi(part, &trees.emplace_back()))
      return absl::InvalidArgumentError(
          absl::StrCat("--trees: ", Quoted(part), " is not a number"));
  return absl::OkStatus();
}

absl::Status SetValue(const std::string& flag, const std::string& value,
                      Arguments& out) {
  if (SetText(flag, value, out) || SetNumber(flag, value, out))
    return absl::OkStatus();
  if (flag == "--k") return ParseKs(value, out.ks);
  if (flag == "--set") return SetWeight(value, out.shop.recommend.home);
  if (flag == "--trees") return ParseTrees(value, out.shop.ranker.trees);
  if (flag == "--objective") {
    out.shop.ranker.objectives = {value};
    return absl::OkStatus();
  }
  if (flag == "--rate" &&
      absl::SimpleAtod(value, &out.shop.ranker.learning_rate))
    return absl::OkStatus();
  if (flag == "--negatives" &&
      absl::SimpleAtod(value, &out.shop.ranker.negatives))
    return absl::OkStatus();
  if (flag == "--seed" && absl::SimpleAtoi(value, &out.planted.seed))
    return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      Quoted(flag), " with ", Quoted(value), " is not understood"));
}

// What each task cannot do without.
absl::Status CheckComplete(const Arguments& arguments) {
  std::vector<std::pair<const char*, const std::string*>> needed;
  const std::string& task = arguments.task;
  if (task == "next-basket" || task == "tune")
    needed = {{"--history", &arguments.files.history},
              {"--next", &arguments.files.next},
              {"--split", &arguments.files.split}};
  else if (task == "offers")
    needed = {{"--data", &arguments.data}};
  else if (task == "next-days")
    needed = {{"--transactions", &arguments.journey.transactions},
              {"--products", &arguments.journey.products},
              {"--cut", &arguments.cut}};
  else if (task == "log")
    needed = {{"--checkpoint", &arguments.checkpoint}};
  else if (task != "campaign" && task != "compare")
    return absl::InvalidArgumentError(
        absl::StrCat("task: ", Quoted(task),
                     ", expected next-basket, next-days, log, compare, tune, "
                     "offers or campaign"));
  for (const auto& [flag, value] : needed)
    if (value->empty())
      return absl::InvalidArgumentError(
          absl::StrCat(flag, ": a value is needed"));
  if (task == "compare" && arguments.runs.size() != 2)
    return absl::InvalidArgumentError(
        absl::StrCat("compare: ", arguments.runs.size(), " files, expected 2"));
  return absl::OkStatus();
}

absl::StatusOr<Arguments> Parse(int argc, char** argv) {
  Arguments out;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if (flag == "--json") {
      out.json = true;
    } else if (flag == "--plain") {
      out.shop.ranked = false;
    } else if (flag == "--history-only") {
      out.shop.purchases.learn_from_train = false;
    } else if (flag == "--baselines") {
      out.baselines = true;
    } else if (!absl::StartsWith(flag, "--") && out.task == "compare") {
      out.runs.push_back({flag, ""});
    } else if (!absl::StartsWith(flag, "--")) {
      out.task = flag;
    } else if (i + 1 < argc) {
      PATRON_RETURN_IF_ERROR(SetValue(flag, argv[++i], out));
    } else {
      return absl::InvalidArgumentError(
          absl::StrCat(flag, ": a value is needed"));
    }
  }
  PATRON_RETURN_IF_ERROR(CheckComplete(out));
  return out;
}

// A directory that goes with the object.
class Directory {
 public:
  Directory()
      : path_(std::filesystem::temp_directory_path() /
              ("patron-eval-" + RandomHex(8))) {
    std::filesystem::create_directories(path_);
  }
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  std::string path() const { return path_.string(); }

 private:
  const std::filesystem::path path_;
};

absl::Status NextBasket(const Arguments& arguments, const NextBasketData& data,
                        const Shop& shop, Role role) {
  PATRON_ASSIGN_OR_RETURN(
      const NextBasketReport report,
      Compare(data, arguments.shop.purchases, shop, role, arguments.ks));
  std::cout << (arguments.json ? ToJson(report) + "\n" : ToTable(report));
  return absl::OkStatus();
}

absl::Status TuneHome(const Arguments& arguments, const NextBasketData& data,
                      Shop& shop, Role role) {
  const auto shoppers = ShoppersOf(data, role);
  const auto objective =
      [&](const recommend::HomeWeights& weights) -> absl::StatusOr<double> {
    recommend::RecommendOptions options = arguments.shop.recommend;
    options.home = weights;
    shop.SetOptions(options);
    PATRON_ASSIGN_OR_RETURN(
        const MethodResult result,
        Run("patron", shoppers, {10}, [&](const Shopper& s, int k) {
          return shop.HomeProducts(s.id, k);
        }));
    return result.at[0].recall + result.at[0].ndcg;
  };
  const auto improved = [](const std::string& name, double value,
                           double reached) {
    absl::FPrintF(stderr, "%s=%.4g: %.4f\n", name, value, reached);
  };
  PATRON_ASSIGN_OR_RETURN(const recommend::HomeWeights best,
                          Tune(arguments.shop.recommend.home, arguments.rounds,
                               objective, improved));
  for (const NamedWeight& weight : AllWeights())
    absl::PrintF("--set %s=%.4g\n", weight.name, best.*weight.field);
  return absl::OkStatus();
}

void TellStep(absl::string_view step) {
  std::cerr << "patron-eval: " << step << "\n";
}

absl::Status Offers(const Arguments& arguments) {
  if (!HasCouponFiles(arguments.data)) {
    std::cerr << "patron-eval: skipped: " << arguments.data
              << " does not hold The Complete Journey\n";
    return absl::OkStatus();
  }
  const Directory directory;
  PATRON_ASSIGN_OR_RETURN(
      const auto cases,
      ReadCouponCases(arguments.data, directory.path(), TellStep));
  PATRON_ASSIGN_OR_RETURN(const CouponReport report,
                          EvaluateCoupons(cases, CouponOptions()));
  std::cout << (arguments.json ? ToJson(report) + "\n" : ToTable(report));
  return absl::OkStatus();
}

absl::Status Campaign(const Arguments& arguments) {
  PATRON_ASSIGN_OR_RETURN(const PlantedReport report,
                          RunPlanted(arguments.planted));
  std::cout << (arguments.json ? ToJson(report) + "\n" : ToTable(report));
  return absl::OkStatus();
}

// Runs the methods over the task and prints what they achieve.
absl::Status TellDays(const Arguments& arguments, const NextDays& task,
                      const std::vector<NamedDaysMethod>& methods,
                      const PlacementReport* placements) {
  PATRON_ASSIGN_OR_RETURN(
      const DaysReport report,
      Evaluate(arguments.task, task, methods, arguments.ks, RealClock()));
  if (!arguments.per_customer.empty())
    PATRON_RETURN_IF_ERROR(
        cli::WriteTextFile(arguments.per_customer, PerCustomerJson(report)));
  std::cout << (arguments.json ? ToJson(report, placements) + "\n"
                               : ToTable(report));
  if (!arguments.json && placements != nullptr)
    std::cout << ToTable(*placements);
  return absl::OkStatus();
}

index::LearnProgress TellStages() {
  return [last = std::string()](absl::string_view stage, uint64_t,
                                uint64_t) mutable {
    if (stage != last) TellStep(stage);
    last = std::string(stage);
  };
}

void TellCeiling(const Ceiling& ceiling) {
  TellStep(absl::StrFormat(
      "%.0f candidates a customer hold %.1f %% of what is bought, %.1f %% of "
      "what is new",
      ceiling.candidates, 100 * ceiling.all, 100 * ceiling.fresh));
}

// Null, and the reason told, where the log is too short for a ranker.
absl::StatusOr<std::unique_ptr<Pipeline>> TrainPipeline(
    const Arguments& arguments, const NextDays& task) {
  PipelineOptions options;
  options.ranker.windows = arguments.windows;
  auto pipeline = Pipeline::Train(task, options, TellStages());
  if (pipeline.ok()) TellCeiling((*pipeline)->MeasureCeiling());
  if (!absl::IsNotFound(pipeline.status())) return pipeline;
  TellStep(absl::StrCat("no ranker: ", pipeline.status().message()));
  return std::unique_ptr<Pipeline>();
}

// The baselines, and the pipeline where there is one.
std::vector<NamedDaysMethod> MethodsOf(const Baselines& baselines,
                                       Pipeline* pipeline) {
  if (pipeline == nullptr) return baselines.Methods(nullptr);
  auto methods = baselines.Methods(&pipeline->artefact());
  methods.emplace_back("patron", [pipeline](const DaysCase& one, size_t k) {
    return pipeline->Lists(one, k);
  });
  return methods;
}

absl::StatusOr<Day> CutOf(const Arguments& arguments) {
  PATRON_ASSIGN_OR_RETURN(const absl::CivilDay cut,
                          ParseDay("--cut", arguments.cut));
  return static_cast<Day>(cut - absl::CivilDay(1970));
}

absl::Status NextDaysTask(const Arguments& arguments) {
  PATRON_ASSIGN_OR_RETURN(const Day cut, CutOf(arguments));
  TellStep("reading");
  PATRON_ASSIGN_OR_RETURN(const Sales sales, LoadJourney(arguments.journey));
  PATRON_ASSIGN_OR_RETURN(const NextDays task,
                          NextDays::Make(sales, cut, arguments.days));
  const Baselines baselines(task, BaselineOptions());
  std::unique_ptr<Pipeline> pipeline;
  if (!arguments.baselines) {
    PATRON_ASSIGN_OR_RETURN(pipeline, TrainPipeline(arguments, task));
  }
  return TellDays(arguments, task, MethodsOf(baselines, pipeline.get()),
                  nullptr);
}

absl::StatusOr<PlacementReport> AskPlacements(const store::Store& checkpoint,
                                              const NextDays& task,
                                              const Baselines& baselines,
                                              const Pipeline* pipeline) {
  const Directory directory;
  TellStep("replaying the shop");
  PATRON_ASSIGN_OR_RETURN(
      const auto shop,
      ReplayedShop::Build(checkpoint, task, index::LearnOptions(),
                          pipeline == nullptr ? "" : pipeline->trained().json,
                          directory.path()));
  return EvaluatePlacements(
      task, baselines, shop->stores(),
      [&](const wire::RecommendRequest& request) { return shop->Ask(request); },
      PlacementOptions(), RealClock());
}

absl::Status LogTask(const Arguments& arguments) {
  PATRON_ASSIGN_OR_RETURN(const auto checkpoint,
                          store::Store::OpenReadOnly(arguments.checkpoint));
  TellStep("reading");
  PATRON_ASSIGN_OR_RETURN(const Sales sales, ReadShopLog(*checkpoint));
  PATRON_ASSIGN_OR_RETURN(const Day cut, arguments.cut.empty()
                                             ? LatestCut(sales, arguments.days)
                                             : CutOf(arguments));
  PATRON_ASSIGN_OR_RETURN(const NextDays task,
                          NextDays::Make(sales, cut, arguments.days));
  const Baselines baselines(task, BaselineOptions());
  if (arguments.baselines)
    return TellDays(arguments, task, baselines.Methods(nullptr), nullptr);
  PATRON_ASSIGN_OR_RETURN(const auto pipeline, TrainPipeline(arguments, task));
  PATRON_ASSIGN_OR_RETURN(
      const PlacementReport placements,
      AskPlacements(*checkpoint, task, baselines, pipeline.get()));
  return TellDays(arguments, task, MethodsOf(baselines, pipeline.get()),
                  &placements);
}

absl::Status CompareRuns(Arguments arguments) {
  arguments.runs[0].method = arguments.method;
  arguments.runs[1].method = arguments.against;
  PATRON_ASSIGN_OR_RETURN(
      const Comparison comparison,
      Compare(arguments.runs[0], arguments.runs[1], PairedOptions()));
  std::cout << (arguments.json ? ToJson(comparison) + "\n"
                               : ToTable(comparison));
  return absl::OkStatus();
}

absl::Status Work(Arguments arguments) {
  if (arguments.task == "next-days") return NextDaysTask(arguments);
  if (arguments.task == "log") return LogTask(arguments);
  if (arguments.task == "compare") return CompareRuns(std::move(arguments));
  if (arguments.task == "campaign") return Campaign(arguments);
  if (arguments.task == "offers") return Offers(arguments);
  arguments.shop.progress = TellStep;
  if (arguments.task == "tune") arguments.shop.ranked = false;
  const std::string fallback = arguments.task == "tune" ? "validation" : "test";
  PATRON_ASSIGN_OR_RETURN(
      const Role role,
      ParseRole(arguments.role.empty() ? fallback : arguments.role));
  PATRON_ASSIGN_OR_RETURN(const NextBasketData data,
                          LoadNextBasket(arguments.files));
  const Directory directory;
  PATRON_ASSIGN_OR_RETURN(const auto shop,
                          Shop::Build(data, arguments.shop, directory.path()));
  return arguments.task == "tune" ? TuneHome(arguments, data, *shop, role)
                                  : NextBasket(arguments, data, *shop, role);
}

int Main(int argc, char** argv) {
  if (argc < 2 || absl::string_view(argv[1]) == "--help") {
    std::cout << kHelp;
    return argc < 2 ? 2 : 0;
  }
  absl::StatusOr<Arguments> arguments = Parse(argc, argv);
  if (!arguments.ok()) {
    std::cerr << "patron-eval: " << arguments.status().message() << "\n";
    return 2;
  }
  const absl::Status status = Work(*std::move(arguments));
  if (status.ok()) return 0;
  std::cerr << "patron-eval: " << status.message() << "\n";
  return 1;
}

}  // namespace
}  // namespace patron::eval

int main(int argc, char** argv) { return patron::eval::Main(argc, argv); }
