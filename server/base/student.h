// Student's distribution ("Student" 1908, The probable error of a mean), for
// intervals of means. Threads: none of its own. Errors: none.
#pragma once

namespace patron {

// t for which Student's distribution with `freedom` (more than 0) degrees of
// freedom lies at `share` (above 0.5, below 1): by bisection on
//   P(T <= t) = 1 - I(freedom ÷ (freedom + t²); freedom ÷ 2, 1 ÷ 2) ÷ 2,
// the incomplete beta function by its continued fraction (NIST Digital Library
// of Mathematical Functions, 8.17.22; evaluated as Lentz 1976).
double StudentQuantile(double share, double freedom);

}  // namespace patron
