/** The words of one language that a dictated message may differ in from what the owner said. Lower case, NFC. */
export interface DictationWords {
  /** Carry nothing by themselves: articles, present forms of to be and to have, `that`. Pronouns, prepositions and negations do. */
  empty: ReadonlySet<string>;
  /** Begin a request: `tell Paul that …`. */
  tell: ReadonlySet<string>;
  /** May stand before the name, where the request has none yet: `tell my friend Paul`. Kinship could name somebody else. */
  friend: ReadonlySet<string>;
  /** Begin a request to ask something. */
  ask: ReadonlySet<string>;
  /** Follow `ask`: `whether`, `if`. */
  whether: ReadonlySet<string>;
  /** Begin a clause whose verb comes last: `dass ich um acht komme` is said as `Ich komme um acht`. */
  verbLast: ReadonlySet<string>;
  /** What may stand before a name at the beginning, and before the owner's at the end. */
  greeting: ReadonlySet<string>;
  farewell: ReadonlySet<string>;
  /** Short forms as they are written out, by regular expression over the lower-case text. */
  written: readonly (readonly [RegExp, string])[];
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));

const english: DictationWords = {
  empty: words("a an the am is are have has that to s"),
  tell: words(
    "please pls tell text write message send say reply answer let know whatsapp telegram sms mail email by on via",
  ),
  friend: words("my friend"),
  ask: words("ask"),
  whether: words("whether if"),
  verbLast: words(""),
  greeting: words("hi hello hey dear"),
  farewell: words("best regards"),
  written: [
    [/\bcan't\b|\bcannot\b/g, "can not"],
    [/\bwon't\b/g, "will not"],
    [/n't\b/g, " not"],
    [/'m\b/g, " am"],
    [/'re\b/g, " are"],
    [/'ve\b/g, " have"],
    [/'ll\b/g, " will"],
  ],
};

const german: DictationWords = {
  empty: words(
    "der die das den dem des ein eine einen einem einer eines bin bist ist sind seid habe hast hat haben dass",
  ),
  tell: words("bitte sag sage schreib schreibe schick schicke antworte per über whatsapp telegram sms mail"),
  friend: words("mein meinem meiner freund freundin"),
  ask: words("frag frage"),
  whether: words("ob"),
  verbLast: words("dass"),
  greeting: words("hallo hi hey liebe lieber moin servus"),
  farewell: words("lg vg gruß grüße liebe viele beste"),
  written: [[/'s\b/g, " es"]],
};

const french: DictationWords = {
  empty: words("le la les l un une des du de d suis es est sommes êtes sont ai as a avons avez ont que qu à"),
  tell: words("dis dites écris écrivez réponds envoie stp svp par sur whatsapp telegram sms mail"),
  friend: words("mon ma ami amie"),
  ask: words("demande demandez"),
  whether: words("si"),
  verbLast: words(""),
  greeting: words("bonjour salut bonsoir cher chère coucou"),
  farewell: words("cordialement bises bien amicalement"),
  written: [[/'/g, " "]],
};

export const dictationLanguages: readonly DictationWords[] = [english, german, french];

/** No language that is known here: then every word counts. */
export const noLanguage: DictationWords = {
  empty: words(""),
  tell: words(""),
  friend: words(""),
  ask: words(""),
  whether: words(""),
  verbLast: words(""),
  greeting: words(""),
  farewell: words(""),
  written: [],
};
