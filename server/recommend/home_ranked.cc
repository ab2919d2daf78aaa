// The home page by the learned order: candidates and features of
// server/ranking, moved by what the customer does just now, which no purchase
// log teaches.
#include <algorithm>
#include <cmath>

#include "server/recommend/decay.h"
#include "server/recommend/home.h"
#include "server/recommend/stopwatch.h"

namespace patron::recommend {
namespace {

// What a session adds to the log odds: for what is just like a product she
// looked at, for what goes with her cart (for each doubling of its strength),
// for what lies in a category that matters to her.
constexpr float kViewed = 2.0f;
constexpr float kCart = 0.8f;
constexpr float kPriority = 0.7f;

// Candidates that one interaction, and one priority category, brings in.
constexpr size_t kByInteraction = 12;
constexpr size_t kByPriority = 40;

// The candidates of the session, with their evidence in the workspace.
void GatherLive(const Situation& situation, Workspace& workspace) {
  CandidateSet& live = workspace.candidates;
  AddInteractions(situation, kByInteraction, live);
  for (const std::string& name : situation.facts.summary.priorities) {
    const catalog::TermOrdinal category = situation.catalog.Category(name);
    if (category == catalog::kNoTerm) continue;
    const auto& products = situation.catalog.InCategory(category);
    const size_t step = products.size() / kByPriority + 1;
    for (size_t i = 0; i < products.size(); i += step) live.At(products[i]);
  }
  workspace.wanted.clear();
  for (const Candidate& candidate : live.all())
    workspace.wanted.push_back(candidate.product);
}

bool InPriority(const Situation& situation,
                const std::vector<catalog::TermOrdinal>& wanted,
                uint32_t product) {
  if (wanted.empty()) return false;
  const auto& categories = situation.catalog.Get(product).categories;
  return std::find_first_of(categories.begin(), categories.end(),
                            wanted.begin(), wanted.end()) != categories.end();
}

std::vector<catalog::TermOrdinal> PrioritiesOf(const Situation& situation) {
  std::vector<catalog::TermOrdinal> wanted;
  for (const std::string& name : situation.facts.summary.priorities) {
    const catalog::TermOrdinal category = situation.catalog.Category(name);
    if (category != catalog::kNoTerm) wanted.push_back(category);
  }
  return wanted;
}

// What the session adds to the margin of each candidate; empty if there is
// none.
void FillMoves(const Situation& situation, Workspace& workspace) {
  const ranking::Scratch& ranked = workspace.ranking;
  CandidateSet& live = workspace.candidates;
  std::vector<float>& moves = workspace.moves;
  moves.clear();
  const auto priorities = PrioritiesOf(situation);
  if (live.all().empty() && priorities.empty()) return;
  moves.resize(ranked.products.size());
  for (size_t i = 0; i < moves.size(); ++i) {
    const uint32_t product = ranked.products[i];
    if (InPriority(situation, priorities, product)) {
      live.EvidenceAt(product).priority = true;
      moves[i] += kPriority;
    }
    const Candidate* candidate = live.Find(product);
    if (candidate == nullptr) continue;
    const Evidence& evidence = live.EvidenceOf(*candidate);
    moves[i] +=
        kViewed * evidence.viewed + kCart * Log2OnePlus(evidence.goes_with);
  }
}

// What speaks for candidate `at`, in the blend's terms, whose reasons are told.
RankedItem ExplainRanked(const Situation& situation, const Workspace& workspace,
                         uint32_t at) {
  const ranking::Scratch& ranked = workspace.ranking;
  const ranking::Evidence& from = ranked.evidence[at];
  Candidate candidate;
  candidate.product = from.product;
  candidate.item = from.item;
  candidate.evidence = 0;
  candidate.strength = from.neighbours;
  candidate.because_of = from.neighbour_of;
  Evidence evidence;
  if (const Candidate* live = workspace.candidates.Find(from.product))
    evidence = workspace.candidates.EvidenceOf(*live);
  if (from.best_goes_with > evidence.best_goes_with) {
    evidence.goes_with = from.goes_with;
    evidence.goes_with_of = from.goes_with_of;
    evidence.goes_with_cart = false;
  }
  evidence.popular_in_store = situation.query.store ? from.popular_in_store : 0;
  evidence.trending = from.trending > 0 ? 1.0f : 0.0f;
  return ExplainHome(situation, candidate, evidence,
                     ChanceOf(ranked.margins[at]));
}

}  // namespace

bool RanksHome(const Situation& situation) {
  return situation.index != nullptr && !situation.facts.items.empty() &&
         ranking::Usable(situation.index->ranker());
}

double ChanceOf(float margin) {
  return 1 / (1 + std::exp(-static_cast<double>(margin)));
}

void Rank(const Situation& situation, std::span<const uint32_t> wanted,
          ranking::Scratch& ranked) {
  const ranking::Question question{situation.facts,
                                   situation.index->knowledge(),
                                   situation.query.store, situation.today};
  ranking::Gather(question, wanted, ranked);
  ranking::Compute(question, ranked);
  ranking::Score(*situation.index->ranker(), ranked);
}

void ChooseRanked(const Situation& situation, Workspace& workspace,
                  Selection& selection, StageTimes* times) {
  Stopwatch watch(times != nullptr);
  GatherLive(situation, workspace);
  const ranking::Question question{situation.facts,
                                   situation.index->knowledge(),
                                   situation.query.store, situation.today};
  ranking::Scratch& ranked = workspace.ranking;
  ranking::Gather(question, workspace.wanted, ranked);
  if (times != nullptr) times->candidates += watch.Lap();
  ranking::Compute(question, ranked);
  FillMoves(situation, workspace);
  ranking::Score(*situation.index->ranker(), workspace.moves, ranked);
  for (const uint32_t at : ranked.order) {
    if (selection.Full()) break;
    if (selection.Fits(ranked.products[at]))
      selection.Offer(ExplainRanked(situation, workspace, at));
  }
  if (times != nullptr) times->ranking += watch.Lap();
}

}  // namespace patron::recommend
