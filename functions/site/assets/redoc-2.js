// Starts ReDoc. A file of its own, because the page's policy runs no inline script.
"use strict";
window.Redoc.init("/api/schema", { hideHostname: true, sortRequiredPropsFirst: true }, document.getElementById("docs"));
