/** Days on the command line. */
import { createAuditCommand } from "../../src/cli/audit";

test.each(["2027-02-30", "2027-13-01", "31.01.2027"])(
  "audit takes no %s as a day: its baseline would not be read",
  async (day) => {
    const command = createAuditCommand()
      .exitOverride()
      .configureOutput({ writeErr: () => {} });
    const options = ["acme", "--write-baseline", "baseline.yaml", "--reason", "Known", "--until", day];
    await expect(command.parseAsync(options, { from: "user" })).rejects.toThrow(
      "Write a day, such as 2027-01-31.",
    );
  },
);
