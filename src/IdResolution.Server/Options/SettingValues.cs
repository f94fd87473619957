using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.Options;

/// <summary>Finds values that cannot be read as what their settings are: a number, a word, true or false.</summary>
internal static class SettingValues
{
    /// <summary>Says of each such value what it may be.</summary>
    public static IEnumerable<Text> Faults(IConfiguration configuration) =>
        FaultsIn(configuration, typeof(NodeOptions), "");

    private static IEnumerable<Text> FaultsIn(IConfiguration configuration, Type options, string section)
    {
        foreach (var property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var (name, type) = (section + property.Name, property.PropertyType);
            if (!property.CanWrite)
            {
                continue;
            }
            var faults = type switch
            {
                { IsClass: true } when type.Namespace == options.Namespace => FaultsIn(configuration, type, name + ":"),
                _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>) => configuration
                    .GetSection(name)
                    .GetChildren()
                    .SelectMany(child => FaultOf(child.Path, child.Value, type.GetGenericArguments()[1])),
                { IsValueType: true } => FaultOf(name, configuration[name], type),
                _ => [],
            };
            foreach (var fault in faults)
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<Text> FaultOf(string name, string? value, Type type)
    {
        var inner = Nullable.GetUnderlyingType(type);
        if (value is null || (value.Length == 0 && inner is not null) || IsRead(value, inner ?? type))
        {
            return [];
        }
        var (en, zh) = Allowed(inner ?? type);
        return [new Text($"{name}: '{value}' must be {en}.", $"{name}：'{value}' 应为{zh}。")];
    }

    private static bool IsRead(string value, Type type)
    {
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is not null;
        }
        catch (Exception e)
            when (e is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private static (string En, string Zh) Allowed(Type type)
    {
        if (type.IsEnum)
        {
            var names = Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName).ToList();
            return ($"one of {string.Join(", ", names)}", $"以下之一：{string.Join("、", names)}");
        }
        if (type == typeof(bool))
        {
            return ("true or false", " true 或 false");
        }
        return type == typeof(int) || type == typeof(long)
            ? ("a whole number", "整数")
            : ("a value of another form", "另一种形式的值");
    }
}
