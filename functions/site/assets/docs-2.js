// Starts Swagger UI. A file of its own, because the page's policy runs no inline script.
"use strict";
window.SwaggerUIBundle({
  url: "/api/schema",
  dom_id: "#docs",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  // The validator is somebody else's host.
  validatorUrl: null,
});
