using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace IdResolution.Server.Tests;

/// <summary>The types that a type uses: in its signatures and, read from IL, in the bodies of its methods.</summary>
internal static class TypeUses
{
    private const BindingFlags Declared =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Static
        | BindingFlags.Instance
        | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<int, OpCode> s_codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(c => c.Value & 0xFFFF);

    /// <summary>
    /// Every type named by <paramref name="type"/>, itself and the parts of generic types and arrays included.
    /// </summary>
    public static HashSet<Type> Of(Type type)
    {
        var uses = new HashSet<Type>();
        Add(uses, type.BaseType);
        AddAll(uses, type.GetInterfaces());
        AddAll(uses, type.GetFields(Declared).Select(f => f.FieldType));
        AddAll(uses, type.GetCustomAttributesData().Select(a => a.AttributeType));
        foreach (var method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)))
        {
            AddAll(uses, method.GetParameters().Select(p => p.ParameterType));
            Add(uses, (method as MethodInfo)?.ReturnType);
            if (method.GetMethodBody() is { } body)
            {
                AddAll(uses, body.LocalVariables.Select(v => v.LocalType));
                AddAll(
                    uses,
                    body.ExceptionHandlingClauses.Where(c => c.Flags == ExceptionHandlingClauseOptions.Clause)
                        .Select(c => c.CatchType!)
                );
                AddTokens(uses, method, body.GetILAsByteArray()!);
            }
        }
        return uses;
    }

    private static void AddTokens(HashSet<Type> uses, MethodBase method, byte[] il)
    {
        var ofType = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < il.Length; )
        {
            var code = il[at++] is var first && first == 0xFE ? s_codes[0xFE00 | il[at++]] : s_codes[first];
            if (
                code.OperandType
                is OperandType.InlineField
                    or OperandType.InlineMethod
                    or OperandType.InlineTok
                    or OperandType.InlineType
            )
            {
                AddMember(
                    uses,
                    method.Module.ResolveMember(
                        BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(at)),
                        ofType,
                        ofMethod
                    )!
                );
            }
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(at))),
                _ => 4,
            };
        }
    }

    private static void AddMember(HashSet<Type> uses, MemberInfo member)
    {
        Add(uses, member as Type ?? member.DeclaringType);
        switch (member)
        {
            case FieldInfo field:
                Add(uses, field.FieldType);
                break;
            case MethodBase called:
                AddAll(uses, called.GetParameters().Select(p => p.ParameterType));
                AddAll(uses, called.IsGenericMethod ? called.GetGenericArguments() : []);
                Add(uses, (called as MethodInfo)?.ReturnType);
                break;
        }
    }

    private static void AddAll(HashSet<Type> uses, IEnumerable<Type> types)
    {
        foreach (var type in types)
        {
            Add(uses, type);
        }
    }

    private static void Add(HashSet<Type> uses, Type? type)
    {
        if (type is not null && uses.Add(type))
        {
            Add(uses, type.GetElementType());
            AddAll(uses, type.GetGenericArguments());
        }
    }
}
