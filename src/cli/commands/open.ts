import type { Command } from "commander";
import { loginUrl } from "../../../approvals/page/sign-in.ts";
import { StewardError } from "../../core/errors.ts";
import { readPageAddress } from "../../store/page-address.ts";
import { mintLogin } from "../../store/page-logins.ts";
import type { CommandContext } from "../command-context.ts";
import { withHome } from "../open-home.ts";
import { setState } from "../set-state.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("[n...]", "numbers of entries in the last digest, or threads as t17: undoes done, snooze or mute")
    .description("Open the page, signed in; with numbers: undo done, snooze or mute.")
    .option("--print", "print the link instead of opening a browser: it works once, for five minutes")
    .addHelpText("after", `\nExamples\n  ${context.self} open\n  ${context.self} open 3 5 t17`)
    .action((references: string[], flags: { print?: boolean }) =>
      references.length > 0 ? setState(context, references, "open", null) : openPage(context, flags.print === true),
    );
}

async function openPage(context: CommandContext, printOnly: boolean): Promise<void> {
  await withHome(context, { create: false }, async ({ store }) => {
    const address = await readPageAddress(store);
    if (address === null) {
      throw new StewardError("unavailable", "The page is not open: nothing runs on this home.", {
        cure: `Run: ${context.self} start`,
      });
    }
    const { token } = await mintLogin(store);
    const link = loginUrl(address.url, token);
    const opened = !printOnly && context.terminal.interactive && (await context.openBrowser(link));
    context.terminal.out(opened ? `Opened ${address.url} in your browser.\n` : `${link}\n`);
  });
}
