extension Asset {
    /// Calm and dense, for a screen of 1280 by 720; nothing in it is younger than 2020.
    static let styles = """
        :root { --ink: #1d2733; --quiet: #596675; --line: #d5dce4; --paper: #ffffff; --ground: #f3f5f8;
          --main: #14508c; --main-ink: #ffffff; --good: #1c6e3d; --busy: #14508c; --away: #8a5a00; --bad: #a8201a;
          --good-ground: #e5f3ea; --away-ground: #fdf1da; --bad-ground: #fbe6e4; --busy-ground: #e3eefa; }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 "Noto Sans CJK SC",
          "Microsoft YaHei", "PingFang SC", "WenQuanYi Zen Hei", "Helvetica Neue", Arial, sans-serif; }
        a { color: var(--main); }
        a:focus, button:focus, input:focus, input:focus-within, select:focus, textarea:focus, summary:focus {
          outline: 3px solid #f0a500; outline-offset: 1px; }
        .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip: rect(0 0 0 0); }
        .skip { position: absolute; left: -9999px; }
        .skip:focus { left: 8px; top: 8px; background: var(--paper); padding: 6px 12px; z-index: 9; }
        header.top { display: flex; align-items: center; gap: 16px; padding: 8px 20px; background: var(--paper);
          border-bottom: 3px solid var(--main); }
        .brand { display: flex; flex-direction: column; min-width: 0; flex: 1 1 auto; line-height: 1.3; }
        .brand strong { font-size: 18px; }
        .brand span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .quiet { color: var(--quiet); font-size: 13px; }
        .sync { display: flex; align-items: center; gap: 8px; padding: 3px 12px; border-radius: 14px; font-size: 13px;
          white-space: nowrap; border: 1px solid var(--line); }
        .sync .dot { width: 10px; height: 10px; border-radius: 50%; background: var(--quiet); }
        .sync.good .dot { background: var(--good); } .sync.busy .dot { background: var(--busy); }
        .sync.away { background: var(--away-ground); } .sync.away .dot { background: var(--away); }
        .sync.bad { background: var(--bad-ground); white-space: normal; max-width: 420px; }
        .sync.bad .dot { background: var(--bad); }
        .person { max-width: 130px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .sync .count { font-weight: 600; color: var(--away); }
        .frame { display: flex; align-items: flex-start; max-width: 1480px; margin: 0 auto; }
        nav { flex: 0 0 148px; padding: 16px 0 16px 16px; }
        nav ul { list-style: none; margin: 0; padding: 0; }
        nav a { display: flex; justify-content: space-between; padding: 6px 12px; border-radius: 6px;
          text-decoration: none; color: var(--ink); margin-bottom: 2px; }
        nav a:hover { background: #e6ebf1; }
        nav a.here { background: var(--main); color: var(--main-ink); }
        .badge { background: var(--bad); color: #fff; border-radius: 10px; padding: 0 8px; font-size: 12px;
          line-height: 20px; }
        main { flex: 1 1 auto; min-width: 0; padding: 16px 20px 40px; }
        main.bare { max-width: 620px; margin: 6vh auto; background: var(--paper); border: 1px solid var(--line);
          border-radius: 8px; padding: 24px 32px; }
        h1 { font-size: 22px; margin: 0 0 12px; } h2 { font-size: 17px; margin: 24px 0 8px; }
        .card { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 14px 18px;
          margin-bottom: 14px; }
        .card > h2:first-child { margin-top: 0; }
        .tasks { list-style: none; margin: 0 0 14px; padding: 0; background: var(--paper);
          border: 1px solid var(--line); border-radius: 8px; }
        .card > .tasks { border: 0; margin: 0; }
        .tasks li { display: flex; gap: 14px; align-items: center; padding: 9px 16px;
          border-bottom: 1px solid var(--line); }
        .card > .tasks li { padding: 6px 0; align-items: flex-start; }
        .tasks li:last-child { border-bottom: 0; }
        .tasks li > .mark.confirmed { border-color: var(--line); }
        .tasks li > .mark { flex: 0 0 auto; min-width: 84px; text-align: center; }
        .tasks li > div { flex: 1 1 auto; min-width: 0; overflow-wrap: anywhere; }
        .tasks strong { font-weight: 600; }
        .tasks .button { flex: 0 0 auto; padding: 3px 16px; font-size: 14px; }
        .numbers { display: flex; gap: 14px; flex-wrap: wrap; }
        .number-link { display: flex; align-items: baseline; gap: 10px; padding: 8px 18px; background: var(--paper);
          border: 1px solid var(--line); border-radius: 8px; text-decoration: none; min-width: 170px; }
        .number-link:hover { border-color: var(--main); } .number-link .big { color: var(--ink); }
        .collections { list-style: none; margin: 0; padding: 0; display: grid; gap: 10px;
          grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); }
        .collections a { display: flex; justify-content: space-between; align-items: baseline; gap: 12px;
          padding: 9px 16px; background: var(--paper); border: 1px solid var(--line); border-radius: 8px;
          text-decoration: none; }
        .collections a:hover { border-color: var(--main); }
        .collections .count { font-weight: 600; color: var(--ink); font-variant-numeric: tabular-nums; }
        .collections .none { font-weight: 400; color: var(--quiet); }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(270px, 1fr)); gap: 14px; }
        .cards .card { margin: 0; }
        .big { font-size: 30px; font-weight: 600; line-height: 1.2; }
        .scroll { overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: 8px;
          margin-bottom: 14px; }
        table { border-collapse: collapse; width: 100%; }
        th, td { padding: 6px 10px; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; }
        tbody tr:last-child td, tbody tr:last-child th { border-bottom: 0; }
        thead th { background: #e9eef4; font-weight: 600; font-size: 13px; white-space: nowrap; }
        tbody th { font-weight: 400; }
        .ghost { visibility: hidden; }
        .flush { margin: 0; } .flush > h2 { margin: 0; } .related { padding: 8px 0; border-top: 1px solid var(--line); }
        .related .stages { margin: 0; } .related .stages li { padding: 0 10px; font-size: 13px; }
        a.plain { text-decoration: none; } td.name { min-width: 7em; } td.record { min-width: 13em; }
        .on-paper { display: none; } .even td, .even th { vertical-align: middle; }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        table.form > tbody > tr > th { font-weight: 400; } table.form td, table.form th { vertical-align: middle; }
        table.form td.fill { width: 52%; }
        th abbr { color: var(--bad); text-decoration: none; margin-left: 3px; }
        th .sort { color: inherit; text-decoration: none; } th .sort:hover { text-decoration: underline; }
        tr.edited td, tr.edited th { background: #fff9e8; } tr.edited input, tr.edited select { width: 100%; }
        tr.edited input { min-width: 86px; } tr.edited .date { min-width: 116px; }
        tr.edited select { min-width: 100px; } tr.edited .wide { min-width: 170px; }
        td { overflow-wrap: anywhere; } td.keep, td.number { overflow-wrap: normal; }
        td.keep, th.keep { white-space: nowrap; }
        .stages { list-style: none; display: flex; flex-wrap: wrap; gap: 6px; margin: 0 0 10px; padding: 0; }
        .stages li { padding: 3px 14px; border: 1px solid var(--line); border-radius: 14px; color: var(--quiet);
          background: #fafbfc; }
        .stages li.done { background: var(--good-ground); color: var(--good); border-color: #9fcfb1; }
        .stages li.here { background: var(--main); color: var(--main-ink); border-color: var(--main); }
        .spread { justify-content: space-between; align-items: baseline; } .spread > h2 { margin: 14px 0 0; }
        .exports { margin: 0 0 8px; text-align: right; } .row > .files { margin-left: auto; } .search { margin-top: 0; }
        details { margin: 14px 0; } summary { cursor: pointer; color: var(--quiet); font-size: 13px; }
        tr.locked td, tr.locked th { color: var(--quiet); padding-top: 3px; padding-bottom: 3px; }
        tr.group th { background: #f3f6f9; font-weight: 600; font-size: 13px; padding: 4px 10px; }
        td .button, td button { padding: 2px 12px; font-size: 14px; }
        tbody tr:hover { background: #f7f9fb; }
        input, select, textarea { font: inherit; color: inherit; padding: 4px 8px; border: 1px solid #94a1b0;
          border-radius: 5px; background: #fff; max-width: 100%; }
        input.date { width: 150px; }
        input.number { text-align: right; width: 130px; font-variant-numeric: tabular-nums; }
        input.wide, textarea { width: 100%; } textarea { min-height: 74px; }
        .wrong input, .wrong select, .wrong textarea { border: 2px solid var(--bad); }
        button, .button { font: inherit; padding: 6px 16px; border-radius: 6px; border: 1px solid var(--main);
          background: var(--main); color: var(--main-ink); cursor: pointer; text-decoration: none;
          display: inline-block; white-space: nowrap; }
        button.second, .button.second { background: #fff; color: var(--main); }
        button.small { padding: 3px 12px; font-size: 13px; }
        button.link { background: none; border: 0; color: var(--main); padding: 3px 4px; text-decoration: underline;
          font-size: 13px; }
        button.risky { background: #fff; color: var(--bad); border-color: var(--bad); }
        form.inline { display: inline; }
        .row { display: flex; gap: 12px; align-items: center; flex-wrap: wrap; margin: 10px 0; }
        .row > .fill, .sticky > .fill { flex: 1 1 240px; }
        .sticky label { white-space: nowrap; }
        label { display: block; margin: 10px 0 2px; }
        .row label, td label, th label, .sticky label { margin: 0; display: inline; }
        .mark { display: inline-block; border-radius: 4px; padding: 0 8px; font-size: 12px; line-height: 20px;
          white-space: nowrap; border: 1px solid transparent; }
        .mark.confirmed { color: var(--quiet); }
        .mark.pending { background: var(--away-ground); color: #6b4600; border-color: #e3c27e; }
        .mark.merged { background: var(--busy-ground); color: var(--busy); border-color: #a9c8e8; }
        .mark.conflict, .mark.rejected { background: var(--bad-ground); color: var(--bad); border-color: #e5aaa6; }
        .notice { border-radius: 6px; padding: 10px 14px; margin: 0 0 14px; background: var(--busy-ground);
          border-left: 4px solid var(--busy); }
        .notice.good { background: var(--good-ground); border-color: var(--good); }
        .notice.away { background: var(--away-ground); border-color: var(--away); }
        .notice.bad { background: var(--bad-ground); border-color: var(--bad); }
        .notice ul { margin: 4px 0 0; padding-left: 20px; }
        .fault { color: var(--bad); font-size: 13px; } .fault.soft { color: var(--away); }
        .mark.good { background: var(--good-ground); color: var(--good); border-color: #9fcfb1; }
        .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); gap: 14px; }
        .side { border: 1px solid var(--line); border-radius: 6px; padding: 10px 14px; background: #fbfcfd; }
        .side .value { font-size: 20px; font-weight: 600; overflow-wrap: anywhere; white-space: pre-wrap; }
        ins { background: #d3efdc; text-decoration: none; } del { background: #f9d4d1; }
        .pages { display: flex; flex: 0 0 auto; padding: 0; gap: 4px 10px; align-items: center; flex-wrap: wrap;
          margin: 8px 0; white-space: nowrap; }
        .pages a { display: inline; padding: 0; margin: 0; color: var(--main); text-decoration: underline; }
        .pages a:hover { background: none; }
        dl.pairs { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0; }
        dl.pairs dt { color: var(--quiet); } dl.pairs dd { margin: 0; overflow-wrap: anywhere; }
        .sticky { position: sticky; bottom: 0; background: var(--ground); border-top: 1px solid var(--line);
          padding: 10px 0; display: flex; gap: 12px; align-items: center; }
        """
}
