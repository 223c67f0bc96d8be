#!/bin/sh
# Renews the pinned files beside this script from npm packages: ./renew.sh [SWAGGER_UI_VERSION] [REDOC_VERSION]
# Needs npm, tar, sed, gzip. Afterwards: the list in ../src/assets.rs and the versions in README.md.
set -eu
swagger=${1:-5.35.0}
redoc=${2:-2.5.4}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$work"
npm pack --silent "swagger-ui-dist@$swagger" "redoc@$redoc" > /dev/null
mkdir swagger redoc
tar -xzf "swagger-ui-dist-$swagger.tgz" -C swagger --strip-components=1
tar -xzf "redoc-$redoc.tgz" -C redoc --strip-components=1

# No source maps are shipped, so nothing may ask for them.
no_map='/^\/[/*]# sourceMappingURL=/d'
# ReDoc decorates its own link with a picture from a host of its maker: an empty picture instead.
blank='data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=='

rm -f "$here"/swagger-ui-*.gz "$here"/redoc-*.gz
# -n leaves name and time out: the same input makes the same bytes.
sed "$no_map" swagger/swagger-ui-bundle.js | gzip -9n > "$here/swagger-ui-bundle-$swagger.js.gz"
sed "$no_map" swagger/swagger-ui.css | gzip -9n > "$here/swagger-ui-$swagger.css.gz"
sed -e "$no_map" -e "s#https://cdn.redoc.ly/redoc/logo-mini.svg#$blank#" redoc/bundles/redoc.standalone.js \
    | gzip -9n > "$here/redoc-$redoc.js.gz"
cat swagger/LICENSE swagger/NOTICE swagger/swagger-ui-bundle.js.LICENSE.txt > "$here/swagger-ui.LICENSE.txt"
cat redoc/LICENSE redoc/bundles/redoc.standalone.js.LICENSE.txt > "$here/redoc.LICENSE.txt"

if gzip -dc "$here"/*.gz | grep -Eq 'sourceMappingURL=[a-z.-]+\.map|cdn\.redoc\.ly'; then
    echo "A file still refers to a source map or to another host." >&2
    exit 1
fi
