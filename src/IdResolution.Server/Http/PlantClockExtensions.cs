using System.Globalization;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Server.Http;

internal static class PlantClockExtensions
{
    /// <summary>One value of an attribute for people: a date-time by the plant's clock, others as they are.</summary>
    /// <param name="plant">The plant's clock.</param>
    /// <param name="attribute">The attribute.</param>
    /// <param name="value">The value in its canonical form.</param>
    /// <param name="language">The language.</param>
    public static string Shown(this PlantClock plant, AttributeDefinition attribute, string value, Language language) =>
        attribute.Type == AttributeType.DateTime
        && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out var moment)
            ? PlantClock.Text(plant.At(moment), language, isExact: true)
            : value;
}
