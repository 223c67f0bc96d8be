"use strict";

const list = document.getElementById("mails");
const state = document.getElementById("state");
let apiUrl = "";

function make(tag, text, properties) {
  const element = Object.assign(document.createElement(tag), properties);
  if (text) element.textContent = text;
  return element;
}

function link(address, text) {
  return make("a", text || address, { href: address, target: "_blank", rel: "noreferrer" });
}

function links(mail) {
  const all = make("ul", "", { className: "links" });
  for (const address of mail.links) {
    const item = make("li");
    item.append(link(address));
    all.append(item);
  }
  // The link leads to the front end, which may not run here: the API does.
  for (const token of mail.links.some((one) => one.includes("/verify-email?")) ? mail.tokens : []) {
    const item = make("li");
    const address = `${apiUrl}/api/v1/auth/verify-email?token=${encodeURIComponent(token)}`;
    item.append(link(address, "the same on the local API"));
    all.append(item);
  }
  return all;
}

function body(mail) {
  const part = make("div", "", { className: "body" });
  for (const code of mail.codes) part.append(make("p", code, { className: "code" }));
  if (mail.links.length) part.append(links(mail));
  if (mail.html) {
    const frame = make("iframe", "", { title: `HTML part of “${mail.subject}”` });
    // No script, no form, no access to this page; links open beside it.
    frame.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
    frame.srcdoc = mail.html.replace(/<head[^>]*>/i, '$&<base target="_blank">');
    part.append(frame);
  }
  part.append(make("h2", "Plain text"), make("pre", mail.text));
  return part;
}

function entry(mail, open) {
  const details = make("details", "", { id: mail.id, open });
  const summary = make("summary");
  const time = new Date(mail.time).toLocaleString();
  summary.append(make("strong", mail.subject), make("span", `${mail.to.join(", ")} · ${time}`));
  details.append(summary);
  // The parts of a mail are made when it is opened: a frame for each of hundreds would be slow.
  const fill = () => details.open && details.children.length === 1 && details.append(body(mail));
  details.addEventListener("toggle", fill);
  fill();
  return details;
}

async function refresh() {
  try {
    if (!apiUrl) apiUrl = (await (await fetch("settings")).json()).api_url;
    const mails = await (await fetch("messages")).json();
    const first = list.children.length === 0;
    for (const mail of mails.toReversed()) {
      if (!document.getElementById(mail.id)) list.prepend(entry(mail, false));
    }
    if (first && list.firstElementChild) list.firstElementChild.open = true;
    state.textContent = mails.length === 1 ? "1 mail" : `${mails.length} mails`;
  } catch {
    state.textContent = "The local stack does not answer; trying again …";
  }
  setTimeout(refresh, 2000);
}

refresh();
