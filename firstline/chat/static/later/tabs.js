/** Follows what another tab of this browser did to what both keep. */

/** That tab sent what this one still shows as unsent, renewed the token, or started a new conversation. */
export function follow(name, conversation) {
  const { api, vault, store } = conversation;
  if (name === "outbox") {
    const left = new Set(vault.outbox.map((entry) => entry.clientId));
    for (const { clientId, status } of store.pending) {
      if (status === "failed" && !left.has(clientId)) store.forget(clientId);
    }
  }
  const { token } = vault;
  if (name !== "token" || !token || token === api.token) return;
  const talk = (text) => text?.split(".", 2).join();
  if (talk(token) === talk(api.token)) { // Renewed over there.
    api.token = token;
    return;
  }
  conversation.dropToken();
  api.token = vault.token = token;
  conversation.ensure();
}
