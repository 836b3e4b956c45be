/** The name of the key to the model's server among the secrets. Only the inside asks for it; connectors and the door never get it. */
export const modelKeyName = "model.key";
