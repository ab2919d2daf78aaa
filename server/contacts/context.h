// What Apply of lists, runs and contacts works on, beside checkout::Context.
// The applying thread's own; lives as long as the engine.
#pragma once

#include "server/checkout/context.h"
#include "server/contacts/diary.h"
#include "server/contacts/lists.h"
#include "server/contacts/runs.h"

namespace patron::contacts {

using customers::Stamp;

struct Context {
  const checkout::Context& checkout;
  ListChanges& lists;
  RunChanges& runs;
  DiaryChanges& diary;
};

}  // namespace patron::contacts
