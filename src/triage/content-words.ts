const shortest = 4;
/** Words are compared by their beginning, so that "Vertrag" and "Vertrages", "Fondue" and "Fonduegerät" are the same. */
const compared = 5;

/** Words of four letters and more that stand in texts about anything, folded, of the six languages of the rules. */
const everyday = new Set(
  `about above after again already also always another answer anything around because been before being better both
  cannot cheers come could dear does doing done each even every everything find fine from getting give going good great
  hello here hope into just keep kind know last later least less like little long look make many maybe mean might more
  most much must need never next nice nothing okay once only other over part perhaps please quite rather really regards
  right said same says send sent shall should since some something soon still such sure take tell than thank thanks that
  their them then there these they thing things think this those though time today tomorrow tonight very wait want week
  well were what when where which while will wish with within without would write year yesterday your yours
  aber alle alles also andere auch bald beim bereits bestens bitte dann danke dass dein deine deinem deinen deiner denn
  dich diese diesem diesen dieser dieses doch dort durch eben eine einem einen einer eines einfach etwas euch euer eure
  freue ganz gehen geht genau gern gerne gleich gruss grusse guten habe haben halb hallo hast hatte hatten hatte heute
  hier ihnen ihre ihrem ihren ihrer immer jetzt kann kannst kein keine keinen komm kommen konnen konnte konnten konntest
  lass liebe lieber machen macht mach mehr mein meine meinem meinen meiner mich mochte morgen muss mussen nach nachste
  nicht nichts noch oder ohne schon sehr sein seine seit sich sind soll sollen sollte uber uhrzeit unser unsere unter
  viel viele vielen vielleicht vom voraus ware waren wann warum weil weiter welche wenn werde werden weiss wieder will
  wird wirklich wollen wurde wurden zeit zwar zwischen
  aller alors apres aussi autre avant avec avez avoir beaucoup bien bonjour bonne cela cette ceux chez comme comment
  cordialement dans demain depuis dire dois donc elle encore entre est-ce etes etre faire fait faut hier ici jour leur
  lors mais meme merci mieux moins notre nous parce pense petit peut peux plus pour pourrais pouvez pourriez pourquoi
  prendre quand quel quelle quelque rien salut sans semaine serait sont sous souhaite suis tard temps tous tout toute
  toutes tres trop voici vois votre voudrais voulez vous vrai
  ademas ahora algo alguna antes aqui aunque bien buenas bueno buenos cada como con conmigo cosa cuando cual cualquier
  debe decir desde despues dias dime donde ella ellos entonces entre eres esta estan estar estas este esto estoy estos
  fuera gracias hace hacer hasta hola luego manana mejor menos misma mismo mucho muchas muchos nada nunca otra otro para
  parece pero poco podemos podria podrias porque pues puede puedes quien quiere quieres saludos semana siempre sido sobre
  solo somos tambien tanto tengo tiempo tiene tienes toda todas todo todos vamos vale
  adesso allora anche ancora appena avere bene breve buona buongiorno caro cara ciao come comunque cosi cosa dalla dalle
  degli della delle dello dopo dove dobbiamo domani ecco essere fare fatto finora forse giorno grazie hanno insieme ieri
  meglio meno mentre molto nella nelle nello niente nostra nostro oggi ogni ognuno oppure pero perche poco poi possiamo
  potrebbe potresti prego presto prima proprio qualche quale qualcosa quando quanto quella quelle quello questa queste
  questo quindi sarebbe saluti sapere sempre senza sono sopra stata stato subito sulla tutta tutte tutti tutto vorrei
  agora ainda alem algum alguma amanha ambos antes aqui assim ate boas cada coisa como contigo cumprimentos dela dele
  depois desde deste disse dizer doutra ela eles entao entre esse esta estamos estar estas este estou fazer feito hoje
  isso isto logo mais melhor menos mesmo muito nada nesta neste nosso nunca obrigado obrigada onde ontem outra outro para
  parece pode podemos poder podes poderia porque pouco quando qual qualquer quem quer queres saber semana sempre sera
  seria sobre somente tambem tanto tarde tempo temos tenho toda todas todo todos tudo vamos voce voces`
    .split(/\s+/)
    .filter((word) => word !== ""),
);

/** Beginnings of the words with which anything is asked and answered, in any form: to confirm, reply, check, call, a message. */
const asking = new Set(
  `confi besta prufe gepru check revie reply repli respo repon repos rispo antwo answe meldu melde verif email
  e-mai mails nachr messa mensa messi quest frage doman pregu pergu dudas bitte reque richi pedid calls calle
  anruf rufen appel llama ligar chiam feedb updat infor detai`
    .split(/\s+/)
    .filter((word) => word !== ""),
);

/** What a text is about: the beginnings of its words that are neither short nor everyday. Contract: pure; `words` are folded. */
export function contentWords(words: readonly string[]): Set<string> {
  return new Set(
    words
      .map((word) => word.slice(word.lastIndexOf("'") + 1))
      .filter((word) => word.length >= shortest && !everyday.has(word))
      .map((word) => word.slice(0, compared))
      .filter((stem) => !asking.has(stem)),
  );
}

/** Whether two texts speak of the same thing: at least one word of content in common. */
export function shareContent(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return !a.isDisjointFrom(b);
}
