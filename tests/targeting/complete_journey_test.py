"""patron-eval offers on The Complete Journey: who redeems a coupon is foretold
as well as promised. Skipped where the data is absent."""

import json
import os
import subprocess
import sys


def main():
    program, data = sys.argv[1:3]
    if not os.path.exists(os.path.join(data, "transactions.csv.gz")):
        print(f"skipped: no data in {os.path.basename(data)} beside the checkout")
        return 77
    done = subprocess.run([program, "offers", "--data", data, "--json"],
                          check=True, stdout=subprocess.PIPE, text=True)
    report = json.loads(done.stdout)
    methods = {method["name"]: method for method in report["methods"]}
    print(json.dumps(methods, indent=1))
    assert (report["train_cases"], report["test_cases"]) == (3419, 2238), report
    patron = methods["patron"]
    assert patron["pooled_auc"] >= 0.81, patron
    assert patron["pooled_lift"] >= 3.5, patron
    for name in ("spend before start", "past redemptions", "past coupon lines"):
        assert patron["pooled_auc"] > methods[name]["pooled_auc"] + 0.04, name
    # The simple scores stand where the data's README has them.
    assert abs(methods["spend before start"]["pooled_auc"] - 0.580) < 0.002
    assert abs(methods["past redemptions"]["pooled_auc"] - 0.732) < 0.002
    assert abs(methods["past coupon lines"]["pooled_auc"] - 0.761) < 0.002
    return 0


sys.exit(main())
