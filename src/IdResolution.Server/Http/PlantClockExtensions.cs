using System.Globalization;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Server.Http;

internal static class PlantClockExtensions
{
    /// <summary>
    /// One value of an attribute for people: a date-time by the plant's clock, yes or no, the name of a choice, others
    /// as they are.
    /// </summary>
    /// <param name="plant">The plant's clock.</param>
    /// <param name="attribute">The attribute.</param>
    /// <param name="value">The value in its canonical form.</param>
    /// <param name="language">The language.</param>
    public static string Shown(this PlantClock plant, AttributeDefinition attribute, string value, Language language) =>
        attribute.Type switch
        {
            AttributeType.DateTime when DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out var moment) =>
                PlantClock.Text(plant.At(moment), language, isExact: true),
            AttributeType.Boolean => (value == "true" ? new Text("yes", "是") : new Text("no", "否")).In(language),
            AttributeType.Choice => attribute.ChoiceNames?.GetValueOrDefault(value)?.In(language, value) ?? value,
            _ => value,
        };
}
