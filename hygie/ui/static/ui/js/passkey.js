// The key that this device keeps: asks the server what to sign, the device to sign it, and sends the form.
// Its buttons are shown by it: pressed before it has come, they could do nothing. Other ways of entering stand beside them.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

  const asked = ({ publicKey }) => {
    publicKey.challenge = bytes(publicKey.challenge);
    if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      publicKey[list] = (publicKey[list] || []).map((one) => ({ ...one, id: bytes(one.id) }));
    }
    return { publicKey };
  };

  const said = (found) => {
    const parts = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (found.response[name]) parts[name] = text(found.response[name]);
    }
    return JSON.stringify({ id: found.id, rawId: text(found.rawId), type: found.type, response: parts, clientExtensionResults: {} });
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    if (!window.PublicKeyCredential) return;
    const word = form.querySelector("[data-passkey-word]");
    form.querySelectorAll("[data-waits]").forEach((button) => { button.hidden = false; });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      word.hidden = true;
      try {
        const answer = await fetch(form.action, {
          method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" }, credentials: "same-origin",
        });
        if (answer.redirected) { window.location = answer.url; return; }
        const options = asked(await answer.json());
        const found = form.dataset.passkey === "create" ? await navigator.credentials.create(options) : await navigator.credentials.get(options);
        const field = document.createElement("input");
        field.type = "hidden";
        field.name = "answer";
        field.value = said(found);
        form.append(field);
        form.submit();
      } catch {
        delete form.dataset.sent;
        word.hidden = false;
      }
    });
  });
})();
