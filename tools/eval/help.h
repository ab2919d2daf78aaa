// What patron-eval says of itself.
#pragma once

namespace patron::eval {

inline constexpr char kHelp[] =
    R"(patron-eval: how well Patron foretells what is bought and which offers are used.

  patron-eval next-basket --history F --next F --split F [options]
      The home page against the basket that came next, beside three baselines.
      Purchases are recorded as commands, knowledge is learned and published, and
      the server's recommender answers, at 2026-01-01 12:00 UTC.
  patron-eval next-days --transactions F --products F --cut DATE [options]
      What each household of The Complete Journey buys in the days from DATE on,
      foretold from what lies before it alone, beside seven baselines. Files are
      CSV, plain or gzip.
  patron-eval log --checkpoint DIR [--cut DATE] [options]
      The same of a shop's own log, out of a checkpoint of its store (or the store
      of a stopped server), by default for the last days of it. The shop is
      replayed up to the cut, and its placements are asked as well.
  patron-eval compare A.json B.json [--method M] [--against M] [--json]
      Two runs, as --per-customer wrote them, on the same customers: differences
      with their 95 % interval (paired t) and p (random flips of signs).
  patron-eval tune --history F --next F --split F [options]
      Searches weights of the home page that raise recall + NDCG at 10 (default
      role: validation) and prints them.
  patron-eval offers --data DIR [--json]
      Who of those targeted redeems a coupon of a campaign: the response model
      on features that Facts held when the campaign began, beside three simple
      scores. DIR holds The Complete Journey as CSV; learned on campaigns 1 to
      13, the penalty chosen on 11 to 13 of them, tested on 16 to 22.
  patron-eval campaign [--seed 1] [--customers 3000] [--json]
      Next best offer on a generated campaign in which it is known what each
      customer needs, beside the plain response model and chance.

options
  --k 10,20               lengths of lists (1 to 500)
  --role test|validation  whose next baskets are foretold (default test)
  --set name=value        a weight of the home page other than the default
  --plain                 of next-basket: the blend in place of the learned order
  --objective O, --depth 6, --trees 50,100, --rate 0.08, --negatives 0.35,
  --folds 5               of next-basket: how the order is learned; where several
                          are tried, customers held out decide
  --history-only          learn from histories alone, not from the next baskets
                          of role train
  --rounds 3              of tune: passes over all weights
  --days 7                of next-days and log: days that are foretold
  --windows 8             of next-days and log: weeks before the cut that the ranker is
                          trained to foretell
  --baselines             of next-days and log: the baselines alone, nothing is learned
  --per-customer FILE     of next-days and log: each customer's figures, for compare
  --method patron         of compare: of the first run,
  --against patron        of the second
  --json                  one JSON object in place of the table

example
  patron-eval next-basket --history history.csv --next next_basket.csv \
      --split split.csv --k 10,20
)";

}  // namespace patron::eval
