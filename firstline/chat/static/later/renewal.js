/**
 * Renews the token once an hour for as long as its conversation is the page's own; the live line lasts as long as its token.
 * A failure is left to the next call, which says what it means.
 */
export async function renew(api, vault, socket) {
  const old = api.token;
  try {
    const { token } = await api.renew();
    if (api.token === old) { // Else another conversation has begun, or another tab was faster.
      api.token = vault.token = token;
      socket.send({ type: "token", token });
    }
  } catch (error) {
    if (!error.kind) throw error;
  }
  setTimeout(() => { if (api.token) renew(api, vault, socket); }, 3600000);
}
