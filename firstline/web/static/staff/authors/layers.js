/** Whose an article is: the partner's own, its provider's, or of the starter library. */
export const layerKind = (layer, partner) => (layer === partner ? "partner" : layer === "starter" ? "starter" : "provider");
