using IdResolution.Tds.Types;

namespace IdResolution.Tds.Language;

/// <summary>The second parameter of sp_executesql: <c>@a int,@b nvarchar(20) OUTPUT,@t dbo.keys READONLY</c>.</summary>
internal static class Declarations
{
    public static List<(string Name, SqlType? Type, string TypeName)> Read(string text)
    {
        var tokens = Tokenizer.Read(text);
        var cursor = new Translator(tokens, 0, new SyntaxCatalog());
        List<(string, SqlType?, string)> declarations = [];
        while (cursor.Current.Kind == TokenKind.Variable)
        {
            var name = cursor.Next().Value;
            var start = cursor.Position;
            var typeName = cursor.ExpectName();
            while (cursor.Accept("."))
            {
                typeName = cursor.ExpectName();
            }

            SqlType? type = null;
            if (!cursor.Accept("READONLY"))
            {
                cursor.Position = start;
                type = cursor.Type();
                _ = cursor.Accept("OUTPUT") || cursor.Accept("OUT");
            }

            declarations.Add((name, type, typeName));
            _ = cursor.Accept(",");
        }

        return cursor.Current.Kind == TokenKind.End ? declarations : throw cursor.Unexpected();
    }
}
