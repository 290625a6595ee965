// Passkeys: shows their buttons where the browser knows them, and says when one did not work.
"use strict";
document.addEventListener("allauth.error", () => {
  document.getElementById("passkey-failed").hidden = false;
});
if (window.PublicKeyCredential) {
  for (const element of document.querySelectorAll("[data-passkey]")) element.hidden = false;
}
