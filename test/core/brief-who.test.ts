import { expect, it } from "vitest";
import { briefWho } from "../../src/core/brief-who.ts";
import { untrusted } from "../../src/core/untrusted.ts";

it("names who wrote, a document by its title, and the owner where neither is known", () => {
  const brief = (channel: "mail" | "web" | "drive", sender: string, subject: string) =>
    briefWho({ channel, sender: untrusted(sender), subject: untrusted(subject) });
  expect(brief("mail", "Inès", "Hi")).toBe("Inès");
  expect(brief("web", "", "Lumen, jobs")).toBe("Lumen, jobs");
  expect(brief("drive", "Ana", "car.md")).toBe("car.md");
  expect(brief("mail", "", "Hi")).toBe("you");
  expect(brief("drive", "", " ")).toBe("you");
});
