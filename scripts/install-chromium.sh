#!/usr/bin/env bash
# Puts the browser of the page's tests where they look for it: Debian's, by apt, as root. Elsewhere those tests skip.
set -euo pipefail

if [ -x /usr/bin/chromium ]; then
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
  echo "No /usr/bin/chromium and no way to install it: tests that need a browser will skip." >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
# A mirror that does not answer costs those tests, not all of them.
if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium > /dev/null; }; then
  echo "Chromium could not be installed: tests that need a browser will skip." >&2
fi
