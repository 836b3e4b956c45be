/** Finding a card's like among thousands, and what was drawn up in a card's place, without reading them all. */
export const migration011 = `
DROP INDEX cards_by_target;
CREATE INDEX cards_by_target ON cards (target, state, number);
CREATE INDEX cards_waiting_for ON cards (after_card_id) WHERE after_card_id IS NOT NULL;
CREATE INDEX proposals_by_card ON proposals (card_id) WHERE card_id IS NOT NULL;
CREATE INDEX proposals_redrafts ON proposals (redraft_of) WHERE redraft_of IS NOT NULL;
`;
