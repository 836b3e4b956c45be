import { carText, type FileDoor } from "./file-door.ts";

/** One action as it is asked for over a `FileLife`, what it does to the world, and the request that does it. */
export interface FileSample {
  action: string;
  ask: unknown;
  /** How often it really happened: 0, 1 or, which must never be, more. */
  count(door: FileDoor): number;
  effect: RegExp;
}

export const driveSamples: readonly FileSample[] = [
  {
    action: "drive.create_file",
    ask: { path: "lists/packing – Porto.md", text: "# Packing\n\n- socks\r\n- passport 😀\n" },
    count: ({ state }) => [...state.files.values()].filter(({ name }) => name === "packing – Porto.md").length,
    effect: /POST \/upload\/drive/,
  },
  {
    action: "drive.update_file",
    ask: { file: "car.md", replace: [{ find: "NT 914", with: "KL 2207" }] },
    count: (door) => {
      const file = door.life.drive.get(door.life.ids.car);
      const after = carText.replace("NT 914", "KL 2207");
      return file.revisions.filter(({ content }) => new TextDecoder().decode(content) === after).length;
    },
    effect: /PATCH \/upload\/drive/,
  },
  {
    action: "drive.rename",
    ask: { file: "car.md", name: "auto.md" },
    count: (door) => {
      const renamed = door.life.world.ledger
        .all()
        .filter(({ kind, details }) => kind === "file.changed" && details["name"] === "auto.md");
      return renamed.length;
    },
    effect: /PATCH \/drive\/v3\/files\/[\w-]+\?/,
  },
];
