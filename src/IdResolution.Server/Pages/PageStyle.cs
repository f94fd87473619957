using System.Security.Cryptography;
using System.Text;

namespace IdResolution.Server.Pages;

/// <summary>The style sheet of all pages, and the hash that allows it in the Content-Security-Policy.</summary>
internal static class PageStyle
{
    // It loads no fonts or pictures. Text and background have a contrast of at least 4.5:1, in light and dark mode.
    private const string Source = """
        :root{color-scheme:light dark;--ground:#eef1f4;--card:#fff;--ink:#18222d;--soft:#52606e;--line:#d5dce3;
          --accent:#0a5a87;--on-accent:#fff;--field:#fff;--field-line:#76838f;--good:#17603a;--good-bg:#e0f2e7;
          --bad:#95201b;--bad-bg:#fbe6e4;--warn:#664600;--warn-bg:#fff1cf}
        @media (prefers-color-scheme:dark){:root{--ground:#10151a;--card:#192027;--ink:#e3e9ee;--soft:#9dabb8;
          --line:#2d3843;--accent:#72bbea;--on-accent:#0b1a25;--field:#10151a;--field-line:#75838f;--good:#8fdcae;
          --good-bg:#16352a;--bad:#ffaaa2;--bad-bg:#40201f;--warn:#f4cf7c;--warn-bg:#392d12}}
        *,*::before,*::after{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
        body{margin:0;min-height:100vh;display:flex;flex-direction:column;background:var(--ground);color:var(--ink);
          border-top:4px solid var(--accent);
          font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"PingFang SC",
            "Microsoft YaHei","Noto Sans SC","Noto Sans CJK SC",sans-serif}
        a{color:var(--accent);text-underline-offset:.18em;overflow-wrap:anywhere}
        a:focus-visible,input:focus-visible,button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
        h1,h2,p,dl,dd,ul{margin:0;padding:0}
        .wrap{width:100%;max-width:52rem;margin:0 auto;padding:0 1rem}
        .top .wrap{display:flex;align-items:center;justify-content:space-between;gap:1rem;padding-top:.75rem;
          padding-bottom:.75rem}
        .brand{color:inherit;text-decoration:none;font-weight:650;line-height:1.3}
        .brand small{display:block;font-size:.8125rem;font-weight:400;color:var(--soft)}
        .switch{flex:none;display:inline-block;padding:.5rem .25rem}
        main{flex:1;padding-bottom:2rem}
        .card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:1.25rem;margin-top:1rem}
        .card:first-child{margin-top:.25rem}
        .lead{display:flex;flex-wrap:wrap;gap:1.25rem;align-items:flex-start;justify-content:space-between}
        .lead-text{flex:1 1 16rem;min-width:0}
        .kind{font-size:.875rem;color:var(--soft)}
        h1{font-size:1.375rem;line-height:1.35;font-weight:650;overflow-wrap:anywhere}
        h1.id,.id{font-family:ui-monospace,"Cascadia Mono",Consolas,Menlo,"Noto Sans Mono CJK SC",monospace;
          white-space:pre-wrap;overflow-wrap:anywhere}
        h2{font-size:1rem;line-height:1.4;font-weight:650;margin-bottom:.5rem}
        p+p,h1+p,p+form,.id+p,form+p{margin-top:.75rem}
        .tag{display:inline-block;border:1px solid var(--line);border-radius:4px;padding:.0625rem .5rem;
          font-size:.875rem;max-width:100%;overflow-wrap:anywhere}
        .tag.active{border-color:currentColor;background:var(--good-bg);color:var(--good);font-weight:600}
        .tag.revoked{border-color:currentColor;background:var(--bad-bg);color:var(--bad);font-weight:600}
        .note{border-left:4px solid currentColor;border-radius:4px;padding:.625rem .875rem}
        .note.warn{background:var(--warn-bg);color:var(--warn)}
        .note.good{background:var(--good-bg);color:var(--good)}
        .note.bad{background:var(--bad-bg);color:var(--bad)}
        .qr{flex:none;background:#fff;border:1px solid var(--line);border-radius:4px;line-height:0}
        .qr img{width:7rem;height:7rem}
        dl>div{padding:.625rem 0;border-top:1px solid var(--line)}
        dl>div:last-child{padding-bottom:0}
        dt{font-size:.875rem;color:var(--soft);overflow-wrap:anywhere}
        dd{min-width:0;overflow-wrap:anywhere}
        dd bdi{white-space:pre-wrap}
        .unit{color:var(--soft)}
        time{font-variant-numeric:tabular-nums}
        form{margin-top:1rem}
        label{display:block;font-weight:600}
        .hint{font-size:.875rem;color:var(--soft)}
        .ask{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:.375rem}
        input{flex:1 1 100%;min-width:0;font:inherit;color:var(--ink);background:var(--field);
          border:1px solid var(--field-line);border-radius:6px;padding:.5rem .75rem;min-height:2.75rem}
        input::placeholder{color:var(--soft);opacity:1}
        button{font:inherit;font-weight:600;color:var(--on-accent);background:var(--accent);
          border:1px solid var(--accent);border-radius:6px;padding:.5rem 1.25rem;min-height:2.75rem;flex:1 0 auto;
          cursor:pointer}
        ul{list-style:none}
        summary{cursor:pointer;font-weight:600}
        .event{padding:.75rem 0;border-top:1px solid var(--line)}
        .drawing{overflow-x:auto;background:#fff}
        .drawing img{max-width:none}
        table{width:100%;border-collapse:collapse;font-size:.875rem}
        th,td{text-align:start;vertical-align:top;padding:.375rem .5rem .375rem 0;border-top:1px solid var(--line);
          overflow-wrap:anywhere}
        .plates{display:flex;flex-wrap:wrap;gap:.5rem}
        .plates li{border:1px solid var(--line);border-radius:4px;padding:.125rem .625rem}
        .links li{padding:.25rem 0}
        .more{margin-top:1rem;display:flex;flex-wrap:wrap;gap:.25rem 1.5rem}
        @media (min-width:40rem){
        .wrap{padding-left:1.5rem;padding-right:1.5rem}
        .card{padding:1.5rem}
        h1{font-size:1.625rem}
        .qr img{width:8.5rem;height:8.5rem}
        input{flex-basis:13rem}
        button{flex-grow:0}
        dl>div{display:grid;grid-template-columns:12rem minmax(0,1fr);gap:1rem;align-items:baseline}
        dt{font-size:.9375rem}
        }
        @media print{
        :root{color-scheme:light;--ground:#fff;--card:#fff;--ink:#000;--soft:#333;--line:#999;--accent:#000;--good:#000;
          --good-bg:#fff;--bad:#000;--bad-bg:#fff;--warn:#000;--warn-bg:#fff}
        body{border-top:0;font-size:11pt;min-height:0}
        .wrap{max-width:none;padding:0}
        .card{border:0;padding:0 0 .75rem}
        .switch,.more,form,details{display:none}
        .drawing img{max-width:100%}
        tr,.event{break-inside:avoid}
        dl>div{break-inside:avoid}
        }

        """;

    /// <summary>
    /// The style sheet. Browsers hash it with line feeds, so these replace the line ends of the source file.
    /// </summary>
    public static readonly string Css = Source.ReplaceLineEndings("\n");

    /// <summary>The hash of the style sheet, as a source expression for <c>style-src</c>.</summary>
    public static readonly string Hash =
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Css)))}'";
}
