#include "server/offers/set_price.h"

#include <algorithm>
#include <limits>

#include "server/offers/shares.h"

namespace patron::offers {

SetFiller::SetFiller(const std::vector<wire::SetPart>& parts,
                     const std::vector<Places>& covered,
                     const std::vector<Line>& lines) {
  FindServers(covered, lines);
  CountAsked(parts);
  sets_ = CountSets();
}

void SetFiller::FindServers(const std::vector<Places>& covered,
                            const std::vector<Line>& lines) {
  std::vector<uint32_t> bits(lines.size(), 0);
  for (size_t part = 0; part < covered.size(); ++part)
    for (const uint32_t at : covered[part]) bits[at] |= 1u << part;
  for (uint32_t at = 0; at < lines.size(); ++at)
    if (bits[at] != 0 && lines[at].quantity_milli > 0)
      servers_.push_back({at, bits[at], lines[at].quantity_milli});
}

void SetFiller::CountAsked(const std::vector<wire::SetPart>& parts) {
  asked_.assign(size_t{1} << parts.size(), 0);
  for (size_t bits = 1; bits < asked_.size(); ++bits)
    for (size_t part = 0; part < parts.size(); ++part)
      if (bits >> part & 1) asked_[bits] += parts[part].quantity_milli;
}

// Hall's condition over every group of parts: the lines that serve one of them
// must hold what they ask.
int64_t SetFiller::CountSets() const {
  if (asked_.back() <= 0) return 0;
  int64_t sets = std::numeric_limits<int64_t>::max();
  for (size_t bits = 1; bits < asked_.size(); ++bits) {
    int64_t held = 0;
    for (const Server& server : servers_)
      if ((server.parts & bits) != 0) held += server.quantity_milli;
    if (asked_[bits] <= 0) return 0;
    sets = std::min(sets, held / asked_[bits]);
  }
  return sets;
}

int SetFiller::UnservedPart() const {
  for (int part = 0; size_t{1} << part < asked_.size(); ++part)
    if (std::none_of(servers_.begin(), servers_.end(), [&](const Server& s) {
          return (s.parts >> part & 1) != 0;
        }))
      return part;
  return -1;
}

SetFiller::Filled SetFiller::Fill(int64_t sets,
                                  const std::vector<Server>& servers,
                                  const std::vector<int64_t>& remaining) const {
  std::vector<int64_t> room(asked_.size());
  for (size_t bits = 0; bits < room.size(); ++bits)
    room[bits] = asked_[bits] * sets;
  Filled filled;
  for (const Server& server : servers) {
    int64_t used = server.quantity_milli;
    for (size_t bits = server.parts; bits < room.size(); ++bits)
      if ((bits & server.parts) == server.parts)
        used = std::min(used, room[bits]);
    for (size_t bits = server.parts; bits < room.size(); ++bits)
      if ((bits & server.parts) == server.parts) room[bits] -= used;
    filled.values.push_back(
        ShareOf(remaining[server.line], used, server.quantity_milli));
    filled.value += filled.values.back();
  }
  return filled;
}

std::vector<SetFiller::Server> SetFiller::DearestFirst(
    const std::vector<int64_t>& remaining) const {
  std::vector<Server> servers = servers_;
  const auto dearer = [&](const Server& a, const Server& b) {
    const __int128 price_a =
        static_cast<__int128>(remaining[a.line]) * b.quantity_milli;
    const __int128 price_b =
        static_cast<__int128>(remaining[b.line]) * a.quantity_milli;
    return price_a != price_b ? price_a > price_b : a.line < b.line;
  };
  std::sort(servers.begin(), servers.end(), dearer);
  return servers;
}

int64_t SetFiller::BestSets(int64_t amount, const std::vector<Server>& servers,
                            const std::vector<int64_t>& remaining) const {
  const auto gain = [&](int64_t sets) {
    return Fill(sets, servers, remaining).value -
           static_cast<__int128>(amount) * sets;
  };
  // Most often the last set gains like the others: it is looked at first.
  int64_t best = 0, most = sets_;
  int64_t middle = most;
  while (best < most) {
    if (gain(middle) > gain(middle - 1)) {
      best = middle;
    } else {
      most = middle - 1;
    }
    middle = best + (most - best + 1) / 2;
  }
  return gain(best) > 0 ? best : 0;
}

int64_t SetFiller::LayOver(int64_t amount,
                           std::vector<int64_t>& remaining) const {
  const std::vector<Server> servers = DearestFirst(remaining);
  const int64_t sets = BestSets(amount, servers, remaining);
  if (sets == 0) return 0;
  const Filled filled = Fill(sets, servers, remaining);
  const int64_t off = filled.value - amount * sets;
  std::vector<int64_t> shares(servers.size());
  ShareOut(off, filled.values, absl::MakeSpan(shares));
  for (size_t i = 0; i < servers.size(); ++i)
    remaining[servers[i].line] -= shares[i];
  return off;
}

}  // namespace patron::offers
