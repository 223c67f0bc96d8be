#!/bin/sh
# Renews the fonts beside this script: ./renew.sh [NOTO_VERSION] [DROID_VERSION] [EMOJI_VERSION] [NANUM_VERSION]
# The first two are versions of Debian packages, the others of npm packages. Needs apt-get, dpkg-deb, npm, tar, gzip,
# sha256sum. Afterwards: the versions and the table in README.md, and a look at the pages that the example `sample` writes.
set -eu
noto=${1:-20201225-1}
droid=${2:-1:6.0.1r16-1.1}
emoji=${3:-0.4.7}
nanum=${4:-0.4.0}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

faces="NotoSans-Regular NotoSans-Bold NotoSansAdlam-Regular NotoSansArabic-Regular NotoSansArmenian-Regular
NotoSansBengali-Regular NotoSansCanadianAboriginal-Regular NotoSansCherokee-Regular NotoSansDevanagari-Regular
NotoSansEthiopic-Regular NotoSansGeorgian-Regular NotoSansGujarati-Regular NotoSansGurmukhi-Regular
NotoSansHebrew-Regular NotoSansJavanese-Regular NotoSansKannada-Regular NotoSansKhmer-Regular NotoSansLao-Regular
NotoSansMalayalam-Regular NotoSansMath-Regular NotoSansMongolian-Regular NotoSansMyanmar-Regular NotoSansNKo-Regular
NotoSansOlChiki-Regular NotoSansOriya-Regular NotoSansSinhala-Regular NotoSansSymbols-Regular NotoSansSymbols2-Regular
NotoSansSyriac-Regular NotoSansTamil-Regular NotoSansTelugu-Regular NotoSansThaana-Regular NotoSansThai-Regular
NotoSansTifinagh-Regular NotoSansYi-Regular NotoSerifTibetan-Regular"

cd "$work"
apt-get download -qq "fonts-noto-core=$noto" "fonts-droid-fallback=$droid" > /dev/null
for package in *.deb; do dpkg-deb -x "$package" debian; done
npm pack --silent "@expo-google-fonts/noto-emoji@$emoji" "@expo-google-fonts/nanum-gothic@$nanum" > /dev/null
mkdir emoji nanum
tar -xzf expo-google-fonts-noto-emoji-*.tgz -C emoji --strip-components=1
tar -xzf expo-google-fonts-nanum-gothic-*.tgz -C nanum --strip-components=1

mkdir faces
for face in $faces; do cp "debian/usr/share/fonts/truetype/noto/$face.ttf" faces; done
cp debian/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf faces
cp emoji/400Regular/NotoEmoji_400Regular.ttf faces/NotoEmoji-Regular.ttf
cp nanum/400Regular/NanumGothic_400Regular.ttf faces/NanumGothic-Regular.ttf

rm -f "$here"/*.ttf.gz
# -n leaves name and time out: the same input makes the same bytes.
for face in faces/*.ttf; do gzip -9nc "$face" > "$here/$(basename "$face").gz"; done
cp emoji/LICENSE_FONT "$here/Noto.LICENSE.txt"
cp nanum/LICENSE_FONT "$here/NanumGothic.LICENSE.txt"
cp debian/usr/share/doc/fonts-droid-fallback/copyright "$here/DroidSansFallback.copyright.txt"
cp /usr/share/common-licenses/Apache-2.0 "$here/DroidSansFallback.LICENSE.txt"

# The sums of what is packed, so that they do not depend on the version of gzip.
(cd faces && sha256sum ./*.ttf | sed 's# \./# #') > "$here/SHA256SUMS"
