// Groups of customers who buy alike, and what each group buys: customers near a
// customer, found by looking up instead of by search.
//
// A customer stands where the mean of her products' embeddings points; groups
// are the cells of spherical k-means (Dhillon and Modha 2001) over at most
// 50,000 of them, chosen by digest.
#pragma once

#include "index/knowledge.h"
#include "index/learn.h"
#include "index/parallel.h"
#include "index/purchases.h"

namespace patron::index {

// Fills groups, group_centres and popular_in_group; takes embeddings, listed
// and today from `knowledge`.
void LearnGroups(const Purchases& purchases, const LearnOptions& options,
                 const Stage& stage, Knowledge& knowledge);

}  // namespace patron::index
