// A small shop with a programme and offers, on a running server.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/api/harness.h"

namespace patron::api {

// One bean a euro, 100 beans pay one; a clerk adjusts at most 500 at once and
// 800 a day. Offers: "coffee-10" 10 % off coffee, "flyer" 20 % off tea by a
// code of batch "flyers", "cake" a euro off cake (7 uses), "sorry" 3 euros off
// where it was issued, "summer" from 2090 on.
wire::ApplyRequest ClubFiles();

// Products coffee, tea, cake, jam; the files above; customers anna and ben.
void OpenClub(TestServer& server);

// Lines of (product, list amount).
wire::QuoteRequest Basket(
    const std::string& customer,
    const std::vector<std::pair<std::string, int64_t>>& lines);
wire::QuoteRequest WithCode(wire::QuoteRequest request,
                            const std::string& code);
wire::QuoteRequest WithPoints(wire::QuoteRequest request, int64_t points);

// Quoted now.
wire::Quote QuoteOf(Client& client, const wire::QuoteRequest& request);
// Quoted, reserved and committed as `receipt`.
wire::CommitReply Sell(Client& client, const wire::QuoteRequest& request,
                       const std::string& receipt);
// Points of the first programme that the customer may spend.
int64_t AvailableTo(Client& client, const std::string& customer);

// What checkBooks finds; empty = they balance.
std::vector<std::string> ProblemsInTheBooks(Client& client);

}  // namespace patron::api
