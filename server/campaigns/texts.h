// The words of campaigns: why a customer is not on a list, and what was done
// with her, one sentence each, for marketing people.
//
// Threads: any.
#pragma once

#include <string>

#include "campaigns_types.h"
#include "records_types.h"

namespace patron::campaigns {

// "has not agreed to email for marketing"
std::string LeftOutText(wire::LeftOut::type reason,
                        const wire::Campaign& campaign);

// "planned", "frozen", "released", "left_out", "held_out"
std::string StateOf(const wire::RunRow& run, const wire::ContactRow& row);

// "Spring: sent by email on 2026-03-02." `taken_by` is the name of the campaign
// that took a DISPLACED contact.
std::string ContactText(const wire::RunRow& run, const wire::ContactRow& row,
                        const std::string& taken_by);

// What is left of a text in a command's limit of kMaxShortText bytes: cut
// before a character, with "…" at its end.
std::string Shortened(std::string text);

// The campaign's name, its id where it has none.
const std::string& NameOf(const wire::Campaign& campaign);

}  // namespace patron::campaigns
