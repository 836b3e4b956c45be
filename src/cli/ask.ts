import { StewardError } from "../core/errors.ts";

/**
 * The questions a person is asked, one file so that the prompt library is loaded only when somebody really is asked.
 * Contract: Ctrl-C and Escape throw `interrupted`.
 */
export interface Ask {
  text(
    question: string,
    options: { initial: string; hint?: string; check?(text: string): string | null },
  ): Promise<string>;
  yes(question: string, initial: boolean): Promise<boolean>;
  several<Value>(
    question: string,
    options: readonly { value: Value; label: string; hint: string }[],
    ticked: readonly Value[],
  ): Promise<Value[]>;
  /** One of several; the first is offered. */
  one<Value>(question: string, options: readonly { value: Value; label: string; hint: string }[]): Promise<Value>;
  /** Typed without being shown. */
  secret(question: string): Promise<string>;
}

export async function loadAsk(): Promise<Ask> {
  const clack = await import("@clack/prompts");
  const answered = <Value>(value: Value | typeof clack.CANCEL_SYMBOL): Value => {
    if (value === clack.CANCEL_SYMBOL || clack.isCancel(value)) {
      throw new StewardError("interrupted", "Stopped. Nothing more was changed.");
    }
    return value;
  };
  return {
    text: async (message, { initial, hint, check }) =>
      answered(
        await clack.text({
          message,
          initialValue: initial,
          ...(hint === undefined ? {} : { placeholder: hint }),
          validate: (text) => check?.(text ?? "") ?? undefined,
        }),
      ) ?? "",
    yes: async (message, initialValue) => answered(await clack.confirm({ message, initialValue })),
    several: async <Value>(
      message: string,
      options: readonly { value: Value; label: string; hint: string }[],
      ticked: readonly Value[],
    ): Promise<Value[]> => {
      const labels = options.map(({ label, hint }, index) => ({ value: index, label, hint }));
      const initialValues = options.flatMap(({ value }, index) => (ticked.includes(value) ? [index] : []));
      const chosen = answered(await clack.multiselect({ message, options: labels, initialValues, required: false }));
      return chosen.flatMap((index) => options[index]?.value ?? []);
    },
    one: async <Value>(
      message: string,
      options: readonly { value: Value; label: string; hint: string }[],
    ): Promise<Value> => {
      const labels = options.map(({ label, hint }, index) => ({ value: index, label, hint }));
      const chosen = options[answered(await clack.select({ message, options: labels }))];
      if (chosen === undefined) throw new StewardError("internal", "An answer was chosen that was not offered.");
      return chosen.value;
    },
    secret: async (message) => answered(await clack.password({ message })) ?? "",
  };
}
