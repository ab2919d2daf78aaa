// Several things together for one price, where a line may serve more than one
// part of the set, parts may be weighed, and the customer should get the most
// out of it.
//
// Which amounts of the lines fill n sets is a polymatroid (Edmonds 1970): lines
// taken dearest first, each as far as the parts still have room, give the
// largest value. That value is concave in n, so the best n is found by halving.
// There is room for a line where for every set of parts that includes its own
// the amounts of lines that serve only these stay within what they ask.
#pragma once

#include <cstdint>
#include <vector>

#include "definitions_types.h"
#include "server/offers/basket.h"

namespace patron::offers {

class SetFiller {
 public:
  // `covered`: the lines that serve each part. Parts of no quantity hold none.
  SetFiller(const std::vector<wire::SetPart>& parts,
            const std::vector<Places>& covered, const std::vector<Line>& lines);

  // Sets that the lines hold.
  int64_t sets() const { return sets_; }
  // The first part that no line serves; -1 if each is served.
  int UnservedPart() const;

  // Takes off `remaining`, by line, what the sets cost beyond `amount` each,
  // shared by the value used; answers the sum.
  int64_t LayOver(int64_t amount, std::vector<int64_t>& remaining) const;

 private:
  struct Server {
    uint32_t line = 0;
    uint32_t parts = 0;  // bits
    int64_t quantity_milli = 0;
  };
  struct Filled {
    int64_t value = 0;
    std::vector<int64_t> values;  // by server, in the order of `servers`
  };

  void FindServers(const std::vector<Places>& covered,
                   const std::vector<Line>& lines);
  void CountAsked(const std::vector<wire::SetPart>& parts);
  int64_t CountSets() const;
  std::vector<Server> DearestFirst(const std::vector<int64_t>& remaining) const;
  int64_t BestSets(int64_t amount, const std::vector<Server>& servers,
                   const std::vector<int64_t>& remaining) const;
  Filled Fill(int64_t sets, const std::vector<Server>& servers,
              const std::vector<int64_t>& remaining) const;

  std::vector<Server> servers_;
  std::vector<int64_t> asked_;  // by bits of parts: thousandths a set
  int64_t sets_ = 0;
};

}  // namespace patron::offers
