namespace IdResolution.Tds.Language;

/// <summary>Cuts T-SQL into tokens; comments fall away.</summary>
internal sealed class Tokenizer(string text)
{
    private static readonly string[] Symbols = ["<>", "<=", ">=", "!=", "!<", "!>", "+=", "-=", "*=", "||"];

    private int _position;

    public static List<Token> Read(string text)
    {
        var tokenizer = new Tokenizer(text);
        List<Token> tokens = [];
        do
        {
            tokens.Add(tokenizer.Next());
        }
        while (tokens[^1].Kind != TokenKind.End);
        return tokens;
    }

    private Token Next()
    {
        SkipBlanks();
        var start = _position;
        if (start >= text.Length)
        {
            return new Token(TokenKind.End, "", start, start);
        }

        var first = text[start];
        return first switch
        {
            '\'' => Quoted(TokenKind.Text, start, '\''),
            'N' or 'n' when At(start + 1) == '\'' => Quoted(TokenKind.Text, start + 1, '\''),
            '[' => Quoted(TokenKind.Quoted, start, ']'),
            '"' => Quoted(TokenKind.Quoted, start, '"'),
            '0' when At(start + 1) is 'x' or 'X' => While(TokenKind.Binary, start, 2, char.IsAsciiHexDigit),
            '@' => While(TokenKind.Variable, start, At(start + 1) == '@' ? 2 : 1, IsNamePart),
            _ when char.IsAsciiDigit(first) => Number(start),
            _ when char.IsLetter(first) || first is '_' or '#' => While(TokenKind.Word, start, 1, IsNamePart),
            _ => Symbol(start),
        };
    }

    private char At(int index) => index < text.Length ? text[index] : '\0';

    private static bool IsNamePart(char one) => char.IsLetterOrDigit(one) || one is '_' or '@' or '#' or '$';

    private void SkipBlanks()
    {
        while (_position < text.Length)
        {
            if (char.IsWhiteSpace(text[_position]))
            {
                _position++;
            }
            else if (At(_position) == '-' && At(_position + 1) == '-')
            {
                var end = text.IndexOf('\n', _position);
                _position = end < 0 ? text.Length : end;
            }
            else if (At(_position) == '/' && At(_position + 1) == '*')
            {
                var end = text.IndexOf("*/", _position + 2, StringComparison.Ordinal);
                _position = end < 0 ? throw new TSqlException(113, "Missing end comment mark '*/'.", 15) : end + 2;
            }
            else
            {
                return;
            }
        }
    }

    private Token Quoted(TokenKind kind, int open, char close)
    {
        var start = _position;
        var value = new System.Text.StringBuilder();
        for (var index = open + 1; index < text.Length; index++)
        {
            if (text[index] != close)
            {
                value.Append(text[index]);
            }
            else if (At(index + 1) == close)
            {
                value.Append(text[index++]);
            }
            else
            {
                _position = index + 1;
                return new Token(kind, value.ToString(), start, _position);
            }
        }

        throw new TSqlException(105, $"Unclosed quotation mark after the character string '{value}'.", 15);
    }

    private Token While(TokenKind kind, int start, int skip, Func<char, bool> belongs)
    {
        _position = start + skip;
        while (_position < text.Length && belongs(text[_position]))
        {
            _position++;
        }

        return new Token(kind, text[start.._position], start, _position);
    }

    private Token Number(int start)
    {
        var token = While(TokenKind.Integer, start, 0, char.IsAsciiDigit);
        return At(_position) == '.' && char.IsAsciiDigit(At(_position + 1))
            ? While(TokenKind.Decimal, start, _position - start + 1, char.IsAsciiDigit)
            : token;
    }

    private Token Symbol(int start)
    {
        var symbol = Array.Find(Symbols, one => string.CompareOrdinal(text, start, one, 0, one.Length) == 0) ?? text[start].ToString();
        _position = start + symbol.Length;
        return new Token(TokenKind.Symbol, symbol, start, _position);
    }
}
