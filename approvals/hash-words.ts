/** 256 short words, one for each byte, none of them mistaken for another. */
const words = `
  acid acorn agate alder amber anchor apple april arch arrow ash aspen atlas autumn badge bamboo barley basil
  basin bay beach bead beam bean bear beech bell bench berry birch bird bishop blade bloom blue boat bone book
  bowl brass bread brick bridge brook broom brush bulb butter cabin cactus cake camel candle canoe canvas carbon
  card cargo carpet castle cedar chalk cherry chess chime cinder circle city clay cliff clock cloud clover coal
  coast cobalt coffee coin comet copper coral cork cotton crab crane creek crow crown cup curve cypress daisy
  dawn deer delta desk diamond dome dove dragon drum dune dusk eagle earth east echo elder elm ember engine
  fable falcon farm feather fern field fig finch fire flag flint flute forest fork fox frost garden garnet gate
  ginger glass globe goat gold goose grain grape grass gravel green grove gull hail hammer harbor harp hawk
  hazel heron hill honey hook horn horse ice indigo ink iris iron island ivory ivy jade jar jasmine jewel
  juniper kettle key kite knot lake lamp lark laurel leaf lemon lentil lily lime linen lion lotus magnet maple
  marble meadow melon mint mirror moon moss moth mountain needle nest nettle nickel night nine north nut oak oat
  ocean olive onyx opal orange orchid otter owl oyster paper pearl pebble pepper piano pine planet plum pond
  poppy prism quail quartz quill rain raven reed ribbon ridge river robin rope rose ruby saddle sage salt sand
  satin shell silk silver slate snow south spark spoon spruce star stone storm straw
`
  .trim()
  .split(/\s+/);

/** The first four bytes of a hash as four words: the same on the page, in a message and in the terminal. */
export function hashWords(sha256: string): string {
  return [0, 2, 4, 6].map((at) => words[Number.parseInt(sha256.slice(at, at + 2), 16)] ?? "?").join(" ");
}
