#!/usr/bin/env bash
# Installs what Patron needs on a bare Debian 12: compilers, libraries, test tools.
# Does nothing, quickly, when everything is there. Needs root or sudo.
set -euo pipefail

packages=(
  # build
  g++ cmake ninja-build ccache pkg-config git ca-certificates
  # libraries that Patron stands on
  thrift-compiler libthrift-dev libboost-dev
  librocksdb-dev libfaiss-dev libopenblas-dev libgomp1
  libabsl-dev libxxhash-dev zlib1g-dev libssl-dev
  prometheus-cpp-dev libcivetweb-dev
  nlohmann-json3-dev libtoml11-dev libroaring-dev
  libxgboost-dev libhwy-dev
  # tests
  libgtest-dev libgmock-dev python3 python3-thrift
  # tools/check.sh
  clang libclang-rt-14-dev clang-tidy clang-format libomp-14-dev
)

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
echo "setup: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
