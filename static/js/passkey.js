/* Adding a passkey, and proving by one who one is: the browser's own dialog, then the form is sent with its answer. */

const UNSUPPORTED = "This browser knows no passkeys. Use another way.";
const NOT_DONE = "Nothing came of it. Press the button again, or use another way.";
const KNOWN = "This device holds a passkey of yours already. Use another device, or go back.";

function bytes(words) {
  const base64 = words.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function words(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function decoded(options) {
  const publicKey = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    publicKey[list] = publicKey[list]?.map((one) => ({ ...one, id: bytes(one.id) }));
  }
  if (publicKey.user) {
    publicKey.user = { ...publicKey.user, id: bytes(publicKey.user.id) };
  }
  return { publicKey };
}

function encoded(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) {
      response[name] = words(credential.response[name]);
    }
  }
  return {
    id: credential.id,
    rawId: words(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const trouble = form.querySelector("[data-passkey-trouble]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.hidden = true;
    const options = decoded(JSON.parse(document.getElementById(form.dataset.options).textContent));
    try {
      if (!navigator.credentials) {
        throw new TypeError(UNSUPPORTED);
      }
      const credential = await navigator.credentials[form.dataset.passkey](options);
      form.elements.credential.value = JSON.stringify(encoded(credential));
    } catch (error) {
      trouble.textContent = { InvalidStateError: KNOWN, TypeError: UNSUPPORTED }[error.name] || NOT_DONE;
      trouble.hidden = false;
      return;
    }
    form.submit();
  });
}
