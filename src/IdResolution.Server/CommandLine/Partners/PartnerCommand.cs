using System.CommandLine;

namespace IdResolution.Server.CommandLine.Partners;

/// <summary><c>partner</c>: the verbs for other companies.</summary>
internal static class PartnerCommand
{
    public static Command Create() =>
        new(
            "partner",
            """
            Makes and shows partners: other companies, to which keys are tied (idnode key create --partner) and grants
            are given (idnode grant add). A node that serves on the same directory takes notice within a second.

            Example:
              idnode partner add haidong --data ./data --name 'Haidong' --group customers
            """
        )
        {
            PartnerAddCommand.Create(),
            PartnerListCommand.Create(),
            PartnerShowCommand.Create(),
        };
}
