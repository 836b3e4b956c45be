/** One everyday card: what came in, what the owner asked, what would go out. */
export interface Everyday {
  name: string;
  /** Who wrote; known unless `first` says otherwise. */
  from: string;
  said: string;
  subject: string;
  /** The owner's words to steward; empty when a rule or a schedule asked. */
  asked: string;
  /** The draft; null for what sends nothing. */
  draft: string | null;
  action?: string;
  /** Others than `from`. */
  to?: string[];
  /** How the one it reaches is not known yet. */
  first?: "contact" | "writer";
  /** A file that came with the message and goes on. */
  file?: string;
  /** Things it is done to. */
  lines?: number;
  fields?: { label: string; value: string }[];
}

const marta = "Marta Heine <marta@heine.example>";
const paul = "Paul Adler <paul@adler.example>";
const ines = "Inès Moreau <ines@moreau.example>";
const luca = "Luca Ferri <luca@ferri.example>";
const office = "Praxis Dr. Lindt <praxis@lindt.example>";
const school = "Grundschule Sued <sekretariat@schule-sued.example>";
const jan = "Jan de Boer <jan@deboer.example>";
const carmen = "Carmen Ruiz <carmen@ruiz.example>";

/** Cards that a busy person's day brings, in the languages they are written in. None of them should cost more than a tap. */
export const everydayCards: readonly Everyday[] = [
  {
    name: "confirm a time",
    from: paul,
    subject: "Tuesday",
    said: "Can you confirm Tuesday 14:00 at the office?",
    asked: "yes",
    draft: "Hi Paul,\n\nTuesday 14:00 works, see you at the office.\n\nBest,\nClara",
  },
  {
    name: "move a time",
    from: paul,
    subject: "Lunch",
    said: "Lunch on Thursday at 12:30?",
    asked: "thursday is bad, offer friday same time",
    draft: "Hi Paul, Thursday is bad for me. How about Friday at 12:30?\nClara",
  },
  {
    name: "Termin bestätigen",
    from: office,
    subject: "Ihr Termin",
    said: "Ihr Termin ist am 3. Dezember um 10:30 Uhr. Bitte bestätigen Sie kurz.",
    asked: "bestätige das",
    draft:
      "Guten Tag,\n\nhiermit bestätige ich den Termin am 3. Dezember um 10:30 Uhr.\n\nMit freundlichen Grüßen\nClara Weiss",
  },
  {
    name: "Rückfrage der Schule",
    from: school,
    subject: "Ausflug",
    said: "Kommt Ihr Kind am Freitag mit ins Museum? Der Beitrag ist 8 €.",
    asked: "ja kommt mit, geld bringt er mit",
    draft: "Guten Tag,\n\nja, er kommt am Freitag mit und bringt die 8 € mit.\n\nViele Grüße\nClara Weiss",
  },
  {
    name: "répondre à Inès",
    from: ines,
    subject: "Dîner",
    said: "Tu viens dîner samedi à 20h ? J'apporte le dessert.",
    asked: "dis oui, j'apporte le vin",
    draft: "Coucou Inès, oui avec plaisir samedi à 20h, j'apporte le vin.\nBises, Clara",
  },
  {
    name: "rispondere a Luca",
    from: luca,
    subject: "Treno",
    said: "Arrivo venerdì alle 18:45 alla stazione, puoi venire?",
    asked: "sì",
    draft: "Ciao Luca, sì, venerdì alle 18:45 sono alla stazione.\nClara",
  },
  {
    name: "contestar a Carmen",
    from: carmen,
    subject: "Llaves",
    said: "¿Puedes dejarme las llaves el martes por la tarde?",
    asked: "sí, a las 17:00",
    draft: "Hola Carmen, sí, el martes a las 17:00 te dejo las llaves.\nUn abrazo, Clara",
  },
  {
    name: "Jan antwoorden",
    from: jan,
    subject: "Fiets",
    said: "Mag ik zaterdag je fiets lenen?",
    asked: "ja hoor",
    draft: "Hoi Jan, ja hoor, zaterdag is prima.\nGroet, Clara",
  },
  {
    name: "say no",
    from: marta,
    subject: "Committee",
    said: "Would you join the garden committee next year?",
    asked: "no, too much on, but thank her",
    draft: "Dear Marta,\n\nthank you for asking. I have too much on next year and have to say no.\n\nClara",
  },
  {
    name: "pass a link on within the thread",
    from: marta,
    subject: "Recipe",
    said: "Here is the recipe: https://kochen.example/rezepte/4711?portionen=4",
    asked: "thank her and say I cook https://kochen.example/rezepte/4711?portionen=4 on sunday",
    draft: "Thanks Marta! I will cook https://kochen.example/rezepte/4711?portionen=4 on Sunday.",
  },
  {
    name: "repeat a phone number they gave",
    from: office,
    subject: "Rückruf",
    said: "Sie erreichen uns unter 030 5550 1234 bis 12 Uhr.",
    asked: "sag ich rufe morgen an",
    draft: "Guten Tag, ich rufe Sie morgen vor 12 Uhr unter 030 5550 1234 an.\nClara Weiss",
  },
  {
    name: "repeat an amount they named",
    from: luca,
    subject: "Casa",
    said: "L'affitto è di 450 € a notte, va bene?",
    asked: "va bene",
    draft: "Ciao Luca, 450 € a notte va bene. Pago venerdì.\nClara",
  },
  {
    name: "the owner's own address",
    from: ines,
    subject: "Paquet",
    said: "Tu peux me donner ton adresse pour le colis ?",
    asked: "12 rue des Lilas, 75011 Paris",
    draft: "Coucou, c'est 12 rue des Lilas, 75011 Paris. Merci !\nClara",
  },
  {
    name: "a long answer",
    from: paul,
    subject: "Report",
    said: "What did you think of the report?",
    asked: "good but the second half is thin, ask for the numbers by monday",
    draft:
      "Hi Paul,\n\nI read the report with pleasure. The first half is clear and complete. The second half feels thin to me: could you add the numbers by Monday?\n\nBest,\nClara",
  },
  {
    name: "write to somebody known",
    from: marta,
    subject: "",
    said: "",
    asked: "tell marta that I'll be 10 minutes late today",
    draft: "Hi Marta, I'll be 10 minutes late today. Clara",
    action: "gmail.send_message",
  },
  {
    name: "geburtstag",
    from: jan,
    subject: "",
    said: "",
    asked: "gratuliere jan zum geburtstag, 40 wird er",
    draft: "Lieber Jan, alles Gute zum 40. Geburtstag!\nClara",
    action: "gmail.send_message",
  },
  {
    name: "ask for an invoice",
    from: luca,
    subject: "",
    said: "",
    asked: "ask luca for the october invoice",
    draft: "Hi Luca, could you send me the October invoice? Thanks, Clara",
    action: "gmail.send_message",
  },
  {
    name: "introduce two friends",
    from: ines,
    subject: "Intro",
    said: "Could you intro me to your friend Paul?",
    asked: "introduce ines to paul",
    draft: "Hi both,\n\nInès, meet Paul. Paul, meet Inès. I leave you to it.\n\nClara",
    action: "gmail.reply_all",
    to: ["paul@adler.example"],
  },
  {
    name: "answer three people",
    from: paul,
    subject: "Trip",
    said: "Who drives on Saturday?",
    asked: "I can drive",
    draft: "I can drive on Saturday. Clara",
    action: "gmail.reply_all",
    to: ["marta@heine.example", "jan@deboer.example"],
  },
  {
    name: "archive newsletters",
    from: marta,
    subject: "News",
    said: "This month in the garden.",
    asked: "archive those",
    draft: null,
    action: "gmail.archive",
    lines: 12,
  },
  {
    name: "label receipts",
    from: luca,
    subject: "Ricevuta",
    said: "Ricevuta 4711",
    asked: "label receipts as tax",
    draft: null,
    action: "gmail.label",
    lines: 6,
  },
  {
    name: "mark as read",
    from: jan,
    subject: "Foto's",
    said: "Hier zijn de foto's!",
    asked: "mark it read",
    draft: null,
    action: "gmail.mark_read",
  },
  {
    name: "an event of one's own",
    from: office,
    subject: "Termin",
    said: "Neuer Termin: Donnerstag 10:30 Uhr.",
    asked: "trag das ein",
    draft: null,
    action: "calendar.create_event",
    fields: [
      { label: "Title", value: "Praxis Dr. Lindt" },
      { label: "When", value: "Thu 10:30" },
    ],
  },
  {
    name: "an event with a friend",
    from: ines,
    subject: "Café",
    said: "Café jeudi à 9h30 ?",
    asked: "ok, invite her",
    draft: null,
    action: "calendar.create_event",
    to: [],
    fields: [{ label: "Title", value: "Café" }],
  },
  {
    name: "accept an invitation",
    from: paul,
    subject: "Planning",
    said: "Planning on Monday 9:00.",
    asked: "accept",
    draft: null,
    action: "calendar.respond",
  },
  {
    name: "remind me",
    from: marta,
    subject: "Lease",
    said: "Please send the lease by Friday.",
    asked: "remind me thursday",
    draft: null,
    action: "home.remind",
  },
  {
    name: "snooze",
    from: carmen,
    subject: "Viaje",
    said: "¿Hablamos del viaje en enero?",
    asked: "snooze until january",
    draft: null,
    action: "home.snooze",
  },
  {
    name: "first mail to a contact",
    from: "tom@reyes.example",
    first: "contact",
    subject: "",
    said: "",
    asked: "ask tom whether he has time in december",
    draft: "Hi Tom, do you have time in December? Clara",
    action: "gmail.send_message",
  },
  {
    name: "answer somebody new",
    from: "Nora Vogt <nora@vogt.example>",
    first: "writer",
    subject: "Flat",
    said: "I saw your note about the flat. Is it still free?",
    asked: "yes it is",
    draft: "Hello Nora, yes, it is still free. Clara",
  },
  {
    name: "send their file on to one who has the thread",
    from: paul,
    subject: "Plan",
    said: "The plan is attached.",
    asked: "tell him thanks and that page 3 is fine",
    draft: "Thanks Paul, page 3 is fine.\nClara",
  },
  {
    name: "Code-Wort ohne Code",
    from: jan,
    subject: "Code review",
    said: "Can you look at the code of the site today?",
    asked: "tomorrow",
    draft: "Hi Jan, I'll look at the code tomorrow. Clara",
  },
  {
    name: "a flight number",
    from: luca,
    subject: "Volo",
    said: "Il mio volo è AZ1234 e atterra alle 16:10.",
    asked: "lo prendo io",
    draft: "Ciao Luca, ti prendo io alle 16:10, volo AZ1234.\nClara",
  },
  {
    name: "an order number they named",
    from: office,
    subject: "Rechnung 20260047",
    said: "Zur Rechnung 20260047 fehlt uns Ihre Anschrift.",
    asked: "lindenweg 4, 10115 berlin",
    draft: "Guten Tag,\n\nzu Rechnung 20260047: Lindenweg 4, 10115 Berlin.\n\nClara Weiss",
  },
  {
    name: "ответить подруге",
    from: carmen,
    subject: "Встреча",
    said: "Встретимся в среду в 18:00?",
    asked: "да",
    draft: "Привет! Да, в среду в 18:00.\nКлара",
  },
  {
    name: "الرد",
    from: jan,
    subject: "اجتماع",
    said: "هل يناسبك الأحد الساعة 10:00؟",
    asked: "نعم",
    draft: "نعم، الأحد الساعة 10:00 مناسب.\nكلارا",
  },
  {
    name: "返信",
    from: ines,
    subject: "会議",
    said: "木曜日の15:00は大丈夫ですか。",
    asked: "はい",
    draft: "はい、木曜日の15:00で大丈夫です。\nクララ",
  },
  {
    name: "quote and answer",
    from: marta,
    subject: "Questions",
    said: "First, is the hall free on Sunday? Second, who brings chairs?",
    asked: "hall is free, jan brings chairs",
    draft:
      "> First, is the hall free on Sunday?\nYes, the hall is free.\n\n> Second, who brings chairs?\nJan brings the chairs.\n\nClara",
  },
  {
    name: "emoji",
    from: ines,
    subject: "Bravo",
    said: "J'ai réussi l'examen !",
    asked: "félicite-la",
    draft: "Bravo Inès ❤️👩‍🎓 !\nClara",
  },
  {
    name: "cancel an own event",
    from: paul,
    subject: "Off",
    said: "The planning on Monday is off.",
    asked: "delete it from my calendar",
    draft: null,
    action: "calendar.delete_event",
  },
  {
    name: "ill today",
    from: school,
    subject: "Krank",
    said: "Ihr Kind fehlt heute, ist es krank?",
    asked: "ja, fieber, morgen wieder",
    draft: "Guten Tag,\n\nja, er hat Fieber und kommt morgen wieder.\n\nClara Weiss",
  },
];
