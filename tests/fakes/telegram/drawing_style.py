"""How the drawing of a group looks: plain, in the manner of a messenger, of our own making."""

STYLE = """
* { box-sizing: border-box; margin: 0; }
body { background: #dfe7ee; padding: 28px; color: #17212b;
  font: 14px/1.5 system-ui, "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", sans-serif; }
.window { display: flex; width: 1064px; min-height: 720px; margin: 0 auto; background: #fff; border-radius: 12px;
  overflow: hidden; box-shadow: 0 12px 40px #24405b40; }
nav { flex: 0 0 320px; border-right: 1px solid #e4e9ee; overflow: hidden; }
header { display: flex; align-items: center; gap: 12px; height: 60px; padding: 0 16px;
  border-bottom: 1px solid #e9eef2; }
header b { display: block; line-height: 1.3; }
small, em { color: #7d8b99; font-size: 12px; font-style: normal; }
.face, nav i, header i { display: inline-flex; flex: none; align-items: center; justify-content: center;
  width: 38px; height: 38px; border-radius: 50%; color: #fff; font-style: normal; font-weight: 600; }
nav .row { display: flex; gap: 12px; padding: 9px 16px; align-items: center; }
nav .row i, header i { width: 34px; height: 34px; border-radius: 10px 10px 10px 3px; color: #1d3346; }
nav .row div { flex: 1; min-width: 0; }
nav .row b { display: inline-block; max-width: 190px; font-weight: 600; }
nav .row em { float: right; }
nav .row b, nav .row small, .pinned small, .quote { overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
nav .row small { display: block; }
nav .chosen { background: #3a8fd8; }
nav .chosen b, nav .chosen small, nav .chosen em { color: #fff; }
main { flex: 1; min-width: 0; display: flex; flex-direction: column;
  background: linear-gradient(160deg, #d5e6d2, #b9d6c4 55%, #a9cdd0); }
main header { background: #fff; }
.pinned { background: #fff; padding: 7px 16px 7px 14px; border-left: 3px solid #3a8fd8; box-shadow: 0 1px 2px #0002; }
.pinned b { display: block; color: #3a8fd8; font-size: 12px; line-height: 1.3; }
.pinned small { display: block; color: #17212b; }
.talk { flex: 1; min-height: 0; display: flex; flex-direction: column; justify-content: flex-end; gap: 8px;
  padding: 14px 16px; }
.turn { display: flex; gap: 10px; align-items: flex-end; max-width: 86%; }
.turn .face { width: 34px; height: 34px; font-size: 13px; }
.said { display: flex; flex-direction: column; gap: 4px; min-width: 0; align-items: flex-start; }
.mine { align-self: flex-end; flex-direction: row-reverse; }
.mine .face { display: none; }
.mine .said { align-items: flex-end; }
.bubble { position: relative; padding: 6px 11px 4px; border-radius: 12px; background: #fff; min-width: 120px;
  box-shadow: 0 1px 1px #0002; }
.mine .bubble { background: #e6fbd2; }
.mine .name { display: none; }
.name { font-size: 13px; font-weight: 600; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
.text a, .buttons a { color: #2b7fc5; text-decoration: none; }
.text blockquote { border-left: 3px solid #8fbce3; padding-left: 8px; }
.foot { display: flex; justify-content: space-between; align-items: center; min-height: 14px; gap: 12px; }
.foot em { margin-left: auto; font-size: 11px; }
.signs span { background: #e3f0fb; border-radius: 9px; padding: 1px 7px; font-size: 13px; }
.quote { border-left: 3px solid #3a8fd8; background: #3a8fd814; border-radius: 4px; padding: 2px 8px; margin: 2px 0 4px;
  font-size: 13px; max-width: 420px; }
.quote b { display: block; color: #3a8fd8; font-size: 12px; }
.photo { display: flex; align-items: center; justify-content: center; width: 240px; height: 96px; border-radius: 8px;
  margin: 4px 0; background: linear-gradient(135deg, #c4d4e2, #9db5c9); font-size: 40px; }
.sign { width: 1.15em; height: 1.15em; vertical-align: -0.2em; }
.file { display: flex; align-items: center; gap: 8px; padding: 4px 0; }
.file i { font-style: normal; font-size: 20px; }
.buttons { display: flex; flex-direction: column; gap: 4px; width: 100%; min-width: 360px; }
.buttons div { display: flex; gap: 4px; }
.buttons a { flex: 1; text-align: center; background: #ffffffc9; border-radius: 8px; padding: 5px 6px; font-weight: 600;
  font-size: 13px; white-space: nowrap; }
.buttons a.danger { color: #fff; background: #d9544f; }
.buttons a.success { color: #fff; background: #4fa35b; }
.buttons a.primary { color: #fff; background: #3a8fd8; }
.buttons a.disabled { color: #9aa7b3; }
.service { align-self: center; background: #4b6b6466; color: #fff; border-radius: 12px; padding: 1px 12px;
  font-size: 12px; }
.write { background: #fff; padding: 14px 18px; color: #9aa7b3; }
"""
