#include "server/prediction/simplex.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace patron::prediction {
namespace {

constexpr double kFirstStep = 0.5;
constexpr double kClose = 1e-10;  // costs of a simplex that has come to rest
constexpr int kMostSteps = 2000;
constexpr int kMostStarts = 6;

struct Corner {
  Point at;
  double cost = 0;
};

class Simplex {
 public:
  Simplex(absl::FunctionRef<double(const Point&)> cost, const Point& start)
      : cost_(cost) {
    corners_.push_back({start, cost_(start)});
    for (size_t i = 0; i < start.size(); ++i) {
      Point moved = start;
      moved[i] += kFirstStep;
      corners_.push_back({moved, cost_(moved)});
    }
    Sort();
  }

  Corner Run() {
    for (int step = 0; step < kMostSteps && !IsAtRest(); ++step) {
      Step();
      Sort();
    }
    return corners_.front();
  }

 private:
  void Sort() {
    std::stable_sort(
        corners_.begin(), corners_.end(),
        [](const Corner& a, const Corner& b) { return a.cost < b.cost; });
  }
  bool IsAtRest() const {
    return corners_.back().cost - corners_.front().cost < kClose;
  }

  // The middle of all corners but the worst.
  Point Middle() const {
    Point middle(corners_[0].at.size(), 0.0);
    for (size_t c = 0; c + 1 < corners_.size(); ++c)
      for (size_t i = 0; i < middle.size(); ++i)
        middle[i] +=
            corners_[c].at[i] / static_cast<double>(corners_.size() - 1);
    return middle;
  }

  // From the middle, so many times as far as the worst corner lies on the
  // other side of it.
  Corner Beyond(const Point& middle, double times) const {
    Corner corner;
    for (size_t i = 0; i < middle.size(); ++i)
      corner.at.push_back(middle[i] +
                          times * (middle[i] - corners_.back().at[i]));
    corner.cost = cost_(corner.at);
    return corner;
  }

  void Step() {
    const Point middle = Middle();
    Corner reflected = Beyond(middle, 1);
    if (reflected.cost < corners_.front().cost) {
      Corner further = Beyond(middle, 2);
      corners_.back() = further.cost < reflected.cost ? further : reflected;
      return;
    }
    if (reflected.cost < corners_[corners_.size() - 2].cost) {
      corners_.back() = reflected;
      return;
    }
    const bool outside = reflected.cost < corners_.back().cost;
    Corner nearer = Beyond(middle, outside ? 0.5 : -0.5);
    if (nearer.cost < std::min(reflected.cost, corners_.back().cost))
      corners_.back() = nearer;
    else
      Shrink();
  }

  void Shrink() {
    const Point& best = corners_.front().at;
    for (size_t c = 1; c < corners_.size(); ++c) {
      for (size_t i = 0; i < best.size(); ++i)
        corners_[c].at[i] = (corners_[c].at[i] + best[i]) / 2;
      corners_[c].cost = cost_(corners_[c].at);
    }
  }

  const absl::FunctionRef<double(const Point&)> cost_;
  std::vector<Corner> corners_;
};

}  // namespace

Point Minimise(absl::FunctionRef<double(const Point&)> cost, Point start) {
  Corner best{std::move(start), 0};
  best.cost = cost(best.at);
  for (int i = 0; i < kMostStarts; ++i) {
    const double before = best.cost;
    best = Simplex(cost, best.at).Run();
    if (before - best.cost < kClose) break;
  }
  return best.at;
}

}  // namespace patron::prediction
